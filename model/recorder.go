package model

import "strings"

// recorder keeps the findings of a trace: the first of each class and verdict, with how many
// there were.
type recorder struct {
	findings []Finding           // in the order in which they were found
	noted    [FAILED + 1]RuleSet // rules that have a finding, by its verdict
	worst    Verdict             // of the findings
	reached  RuleSet             // rules that were put to the test
	passOver func(*Finding) bool // see Checker.PassOver
	heldBack []heldBackFinding   // findings that a late answer would set right
	missedAt []int32             // the settles without a rest at which something was missing
}

// heldBackFinding is noted at the next settle, unless a Pong with data comes before.
type heldBackFinding struct {
	rule RuleID
	data string
}

func (r *recorder) reset() {
	*r = recorder{findings: r.findings[:0], worst: OK, passOver: r.passOver, heldBack: r.heldBack[:0], missedAt: r.missedAt[:0]}
}

// dropAnsweredLate drops a finding that a late answer sets right.
func (r *recorder) dropAnsweredLate(data string) {
	for i, l := range r.heldBack {
		if l.data == data {
			r.heldBack = append(r.heldBack[:0], r.heldBack[i+1:]...)
			return
		}
	}
}

// passesOver reports whether the trace goes on after a finding that is FAILED.
func (r *recorder) passesOver(f *Finding) bool {
	return f.Verdict == FAILED && r.passOver != nil && f.Rule != crashed && f.Rule != hung && r.passOver(f)
}

// countAgain counts a finding whose class and verdict were recorded before, and reports
// whether they were.
func (r *recorder) countAgain(f *Finding) bool {
	for i := range r.findings {
		x := &r.findings[i]
		if x.Rule == f.Rule && x.Verdict == f.Verdict && x.detail == f.detail && x.Crash == f.Crash {
			x.Count++
			return true
		}
	}
	return false
}

// lastFinding returns the finding that was recorded last.
func (r *recorder) lastFinding() *Finding { return &r.findings[len(r.findings)-1] }

// note records a finding that follows from what was seen.
func (e *env) note(rule RuleID, v Verdict, ping int, want, got string) {
	e.noteDetail(rule, v, ping, noDetail, want, got)
}

// certaintyOf returns how certain a finding by a rule is that follows from what was seen.
// By the real clock a subject is never certainly at rest.
func (e *env) certaintyOf(rule RuleID) Certainty {
	const absences = 1<<pongOwed | 1<<waiterLost | 1<<ackExact | 1<<ackPolicy | 1<<sendLost | 1<<closeOwed | 1<<closeEnded
	if e.info.Real && RuleSet(absences).has(rule) {
		return Inferred
	}
	return Proved
}

// noteDetail is note for a rule that can be broken in several ways.
func (e *env) noteDetail(rule RuleID, v Verdict, ping int, d detail, want, got string) {
	e.recordFinding(Finding{Rule: rule, Verdict: v, Certainty: e.certaintyOf(rule), Ping: ping, detail: d, Want: want, Got: got})
}

// noteAccepted records that the subject accepted the frame by which it had to fail the
// connection.
func (e *env) noteAccepted(ping int, want, got string) {
	e.noteDetail(e.conn.failing, FAILED, ping, e.conn.failedBy, want, got)
}

// noteInferred records a finding that is the best reading of what was seen.
func (e *env) noteInferred(rule RuleID, v Verdict, want, got string) {
	e.recordFinding(Finding{Rule: rule, Verdict: v, Certainty: Inferred, Want: want, Got: got})
}

// recordFinding records a finding at the op at hand, or counts it if there is one of its
// class and verdict.
func (e *env) recordFinding(f Finding) {
	r := &e.record
	r.reached |= 1 << f.Rule
	if r.noted[f.Verdict].has(f.Rule) && r.countAgain(&f) {
		return
	}
	r.noted[f.Verdict] |= 1 << f.Rule
	if r.passesOver(&f) {
		f.Passed = true
		r.worst = max(r.worst, NonStrict)
	} else {
		r.worst = max(r.worst, f.Verdict)
	}
	f.Op, f.Count = int(e.op), 1
	f.Want, f.Got, f.Crash = strings.Clone(f.Want), strings.Clone(f.Got), strings.Clone(f.Crash)
	r.findings = append(r.findings, f)
}

// noteHeldBack notes the findings that no late answer set right.
func (e *env) noteHeldBack() {
	for _, l := range e.record.heldBack {
		e.note(l.rule, NonStrict, 0, "", l.data)
	}
	e.record.heldBack = e.record.heldBack[:0]
}
