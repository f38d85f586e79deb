package report

import (
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/result"
)

// FindingsNamed returns the findings whose class is name, or whose headline ends with it:
// "recv.mask server", "mylib recv.mask server" or "mylib@v2.0.0 recv.mask server". A name
// that ends with the id of a rule stands for each class of the rule.
func (r *Run) FindingsNamed(name string) (found []result.Finding) {
	for _, f := range r.Findings {
		class := name
		for _, of := range []string{f.Subject, nameAt(f.Subject, f.Version)} {
			class = strings.TrimPrefix(class, of+" ")
		}
		if model.InClass(f.Class, class) {
			found = append(found, f)
		}
	}
	return found
}

// IssueName returns the name of a finding that tells it from those in other releases.
func IssueName(f *result.Finding) string { return nameAt(f.Subject, f.Version) + " " + f.Class }

// Issue writes a finding as the text that a person can send to the owner of the library:
// what is wrong and by which rule, the conversation, and how to repeat it without this
// project's code where that can be done.
func Issue(w io.Writer, r *Run, f *result.Finding) error {
	m := new(markdown)
	s := &shownFinding{*f}
	m.say("# %s: %s\n\n", codeSpan(nameAt(f.Subject, f.Version)), codeSpan(f.Sentence))
	m.writeIssueFacts(r, s)
	m.writeIssueConversations(s)
	m.writeReproduction(s)
	_, err := io.WriteString(w, m.String())
	return err
}

func (m *markdown) writeIssueFacts(r *Run, f *shownFinding) {
	m.say("- Version: %s\n", codeSpan(nameAt(f.Subject, f.Version)))
	if f.Role != "" {
		m.say("- Role of the library: %s\n", codeSpan(f.Role))
	}
	rule := f.Sentences()
	if rule.Rule != "" {
		m.say("- Rule: %s (%s)\n", rule.Rule, strings.TrimSuffix(rule.Cite+", "+rule.Link, ", "))
	}
	m.say("- Found: %s\n", codeSpan(f.Sentence))
	if rule.Hazard != "" {
		m.say("- Why it matters: %s\n", rule.Hazard)
	}
	if f.Innocent != "" {
		m.say("- It would be right if: %s\n", codeSpan(f.Innocent))
	}
	m.say("- Certainty: %s, %s\n", codeSpan(string(f.Certainty)), f.Vantage.Words())
	for _, build := range r.Builds() {
		b := build[0]
		m.say("- Found by: Pongcheck %s, %s, %s\n", codeSpan(strings.TrimSpace(b.Version+" "+b.Commit)), codeSpan(b.Go), codeSpan(b.System))
	}
	m.writeBlock("Expected", f.Want)
	m.writeBlock("Seen", f.Shown())
}

func (m *markdown) writeIssueConversations(f *shownFinding) {
	for _, c := range f.Conversations() {
		m.say("\n## The conversation%s\n\nThe application calls the library at the left, its peer is at the right.\n\n", withPrefix(": ", c.Caption))
		m.writeLadder(c.Text)
	}
}

// withPrefix returns a text after a prefix, or nothing if there is no text.
func withPrefix(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// writeReproduction writes the programs that play the peer, and what repeats the finding
// with this project's code.
func (m *markdown) writeReproduction(f *shownFinding) {
	m.say("\n## Reproduction without Pongcheck\n")
	programs := 0
	for _, c := range f.Conversations() {
		t, err := text.ParseString(c.Text)
		if err != nil {
			continue
		}
		if program := PeerProgram(t); program != "" {
			programs++
			m.say("\n%s\n\n", programNote(t, c.Caption))
			m.writeFence("go", program)
		}
	}
	if programs == 0 {
		m.say("\nThere is none: the finding has no recorded conversation whose bytes are all known.\n")
	}
	if f.Replay != "" || f.Trace != "" {
		m.say("\n## Reproduction with Pongcheck\n")
	}
	m.writeBlock("Save this as finding.txt", f.Trace)
	if f.Trace != "" && f.Subject != "" {
		replay := "pongcheck replay finding.txt -subject " + nameAt(f.Subject, f.Version)
		if name, is := strings.CutPrefix(f.Class, result.OfProperties+" "); is {
			replay += " -property " + name
		}
		m.say("\n")
		m.writeFence("sh", replay)
	} else if f.Replay != "" {
		m.say("\n")
		m.writeFence("sh", f.Replay)
	}
}

// programNote says how to use the program, and what it cannot repeat.
func programNote(t *model.Transcript, caption string) string {
	how := "The program below is the peer over plain TCP; it needs nothing but Go. Start a server of the library, then `go run peer.go HOST:PORT`."
	if t.Config.Role == model.Client {
		how = "The program below is the peer over plain TCP; it needs nothing but Go. Start it by `go run peer.go :8080`, then connect a client of the library to `ws://localhost:8080/`."
	}
	if caption != "" {
		how = caption + ". " + how
	}
	how += " It was derived from the recorded conversation and has not been run against the library: run it before you send this text."
	kinds, chosen := model.Kinds(0), false
	for _, s := range t.Steps {
		kinds |= model.KindsOf(s.Op.Kind)
		chosen = chosen || s.Op.Data.Form == model.Chosen
	}
	if kinds.Has(model.Block) {
		how += " In the recorded run all writes of the library stalled at `block`. TCP has buffers: fill them first."
	}
	if chosen {
		how += " The library chose payloads of its Pings; the program answers with those of the recorded run, so change them to those that it prints."
	}
	return how
}
