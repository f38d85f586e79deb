package model

import (
	"cmp"
	"fmt"
	"strings"
)

// Ladder draws the transcript as a ladder of frames: the application's side at
// the left, the subject's wire between the rails, the peer at the right.
func (t *Transcript) Ladder() string { return t.ladder(func(int) bool { return true }) }

// Of a long conversation the ladder of an explanation has this many ops: from the
// beginning, and before and after the one that matters.
const (
	ladderFirst  = 4
	ladderBefore = 16
	ladderAfter  = 8
)

// around is the ladder of the ops that matter for what happened at op n.
func (t *Transcript) around(n int) string {
	return t.ladder(func(i int) bool { return i <= ladderFirst || i >= n-ladderBefore && i <= n+ladderAfter })
}

// ladder draws the ops whose number is shown.
func (t *Transcript) ladder(shown func(n int) bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-*s subject %s peer\n", ladderLeft, "", strings.Repeat(" ", ladderWire-8))
	hidden, raw := 0, t.RawFrames()
	for i := range t.Steps {
		if !shown(i + 1) {
			hidden++
			continue
		}
		gap(&b, hidden, "ops")
		hidden = 0
		t.Steps[i].ladder(&b, i+1, raw[i])
	}
	gap(&b, hidden, "ops")
	if t.Ended {
		end := Step{Outcome: t.End}
		end.ladder(&b, 0, "")
	}
	return b.String()
}

func gap(b *strings.Builder, hidden int, what string) {
	if hidden > 0 {
		fmt.Fprintf(b, "    ... %d %s\n", hidden, what)
	}
}

const (
	ladderLeft = 30
	ladderWire = 34
)

func (s *Step) ladder(b *strings.Builder, n int, raw string) {
	left := "end"
	if n > 0 {
		left = fmt.Sprintf("%3d %s", n, elide(s.Op.String(), ladderLeft-4))
	}
	if fromPeer.Has(s.Op.Kind) {
		rung(b, left, "<", elide(cmp.Or(raw, s.peerWord()), ladderWire-6))
	} else {
		rung(b, left, "", "")
	}
	o, hidden := s.Outcome.brief()
	for i := range o.Frames {
		rung(b, "", ">", elide(o.Frames[i].String(), ladderWire-6))
	}
	o.Frames = nil
	for _, l := range o.lines() {
		rung(b, "    "+elide(l, 70), "", "")
	}
	gap(b, hidden, "outcomes")
}

// peerWord is what the peer sends, resolved.
func (s *Step) peerWord() string {
	if !s.Related {
		return s.Op.String()
	}
	return s.Op.Kind.String() + " " + string(appendBytes(nil, s.Became))
}

func rung(b *strings.Builder, left, dir, word string) {
	wire := strings.Repeat(" ", ladderWire)
	if dir != "" {
		pad := strings.Repeat("-", max(ladderWire-len(word)-5, 0))
		if dir == ">" {
			wire = "-- " + word + " " + pad + ">"
		} else {
			wire = "<" + pad + " " + word + " --"
		}
	}
	if len(left) > ladderLeft { // an outcome in words runs over the rails
		fmt.Fprintf(b, "%s\n", left)
		return
	}
	fmt.Fprintf(b, "%-*s |%-*s|\n", ladderLeft, left, ladderWire, wire)
}

// elide cuts s to n characters with its end kept.
func elide(s string, n int) string {
	if len(s) <= n {
		return s
	}
	half := (n - 3) / 2
	return s[:n-3-half] + "..." + s[len(s)-half:]
}
