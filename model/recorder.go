package model

import "strings"

// recorder keeps the findings of a trace: the first of each rule and verdict.
type recorder struct {
	findings []Finding
	noted    [FAILED + 1]RuleSet
	worst    Verdict
	reached  RuleSet
	heldBack []heldBackFinding
}

// heldBackFinding is told at the next settle unless an answer comes.
type heldBackFinding struct {
	rule RuleID
	data string
}

func (r *recorder) reset() {
	*r = recorder{findings: r.findings[:0], worst: OK, heldBack: r.heldBack[:0]}
}

// dropAnsweredLate drops what a late answer sets right.
func (r *recorder) dropAnsweredLate(data string) {
	for i, l := range r.heldBack {
		if l.data == data {
			r.heldBack = append(r.heldBack[:0], r.heldBack[i+1:]...)
			return
		}
	}
}

func (r *recorder) lastFinding() *Finding { return &r.findings[len(r.findings)-1] }

func (r *recorder) setCrash(class string) { r.lastFinding().Crash = strings.Clone(class) }

// note records a proved finding.
func (e *env) note(rule RuleID, v Verdict, ping int, want, got string) {
	c := Proved
	if e.info.Real && (rule == pongOwed || rule == waiterLost || rule == ackExact || rule == ackPolicy) {
		c = Inferred // by the real clock nothing is ever sure to be at rest
	}
	e.recordFinding(Finding{Rule: rule, Verdict: v, Certainty: c, Ping: ping, Want: want, Got: got})
}

// noteInferred records an inferred finding.
func (e *env) noteInferred(rule RuleID, v Verdict, want, got string) {
	e.recordFinding(Finding{Rule: rule, Verdict: v, Certainty: Inferred, Want: want, Got: got})
}

func (e *env) recordFinding(f Finding) {
	r := &e.record
	r.reached |= 1 << f.Rule
	if r.noted[f.Verdict].has(f.Rule) {
		return
	}
	r.noted[f.Verdict] |= 1 << f.Rule
	r.worst = max(r.worst, f.Verdict)
	f.Op = int(e.op)
	f.Want, f.Got = strings.Clone(f.Want), strings.Clone(f.Got)
	r.findings = append(r.findings, f)
}

// noteHeldBack tells what was only to be told if nothing came to set it right.
func (e *env) noteHeldBack() {
	for _, l := range e.record.heldBack {
		e.note(l.rule, NonStrict, 0, "", l.data)
	}
	e.record.heldBack = e.record.heldBack[:0]
}
