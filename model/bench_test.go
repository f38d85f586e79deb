package model_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
)

// mixFile is what the speed is measured on; its head says what is in it.
const mixFile = "testdata/mix.txt"

// readMix reads the mix: its head, and its traces.
func readMix(tb testing.TB) (head string, traces []*model.Trace) {
	tb.Helper()
	b, err := os.ReadFile(mixFile)
	if err != nil {
		tb.Fatal(err)
	}
	parts := strings.Split(string(b), "\n-- ")
	for _, part := range parts[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		t, err := text.ParseString(body)
		if err != nil {
			tb.Fatalf("%s, trace %s: %v", mixFile, name, err)
		}
		traces = append(traces, t.Trace())
	}
	return parts[0], traces
}

// asyncio is the specimen that is right, with a checker of its profile.
func asyncio(tb testing.TB) (*model.Checker, model.Subject) {
	tb.Helper()
	for _, impl := range specimen.All() {
		if impl.Name == "specimen/asyncio" {
			p, _ := model.FindProfile(impl.Profile)
			return model.NewChecker(p, impl.Info), impl.New()
		}
	}
	tb.Fatal("there is no specimen/asyncio")
	return nil, nil
}

// BenchmarkCheck resolves, steps, follows and compares each op of the mix.
func BenchmarkCheck(b *testing.B) {
	_, traces := readMix(b)
	c, s := asyncio(b)
	events := 0
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			if r := c.Run(s, t); r.Verdict > model.OK {
				b.Fatal(r.Findings[0].Sentence())
			}
			events += len(t.Ops)
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

func TestCheckAllocatesNothing(t *testing.T) {
	_, traces := readMix(t)
	c, s := asyncio(t)
	all := func() {
		for _, tr := range traces {
			c.Run(s, tr)
		}
	}
	all() // lets buffers grow
	if n := testing.AllocsPerRun(10, all); n != 0 {
		t.Errorf("%v allocations in a run of the mix, want none", n)
	}
}

// The head of the mix says exactly what is in it.
func TestMix(t *testing.T) {
	head, traces := readMix(t)
	var got mixShares
	c, s := asyncio(t)
	c.Record = true
	for _, tr := range traces {
		r := c.Run(s, tr)
		if r.Verdict > model.OK {
			t.Errorf("%s\n%s", r.Findings[0].Sentence(), r.Transcript)
		}
		got.add(r.Transcript)
	}
	if want := got.String(); !strings.Contains(head, want) {
		t.Errorf("%s: its head must say\n%s", mixFile, want)
	}
	if got.open*100 != got.ops*80 {
		t.Errorf("%d of %d ops are on an open connection, want 80 %%", got.open, got.ops)
	}
	if d := got.depth(); d < 3.95 || d > 4.05 {
		t.Errorf("the mean pending depth is %.2f, want 4", d)
	}
}

// mixShares counts what is in transcripts.
type mixShares struct {
	traces, ops, open int
	kinds             [model.End]int
	pending           int // pings that were pending when an op met an open connection, added up
	acks              int // Pongs that acknowledged something
}

func (m *mixShares) add(t *model.Transcript) {
	m.traces++
	m.ops += len(t.Steps)
	open, pending := true, 0
	for i := range t.Steps {
		st := &t.Steps[i]
		m.kinds[st.Op.Kind]++
		if open {
			m.open++
			m.pending += pending
		}
		ended := 0
		for j := range st.Outcome.Resolutions {
			if st.Outcome.Resolutions[j].How != model.Refused {
				ended++
			}
		}
		if st.Op.Kind == model.Pong && ended > 0 {
			m.acks++
		}
		pending -= ended
		for j := range st.Outcome.Frames {
			switch st.Outcome.Frames[j].Opcode {
			case frame.Ping:
				pending++
			case frame.Close:
				open = false
			}
		}
		open = open && !st.Outcome.Closed
	}
}

func (m *mixShares) depth() float64 { return float64(m.pending) / float64(m.open) }

// String is a part of the head of the mix.
func (m *mixShares) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %d traces, %d ops: %d meet an open connection, and on average %.2f pending pings there.\n#\n", m.traces, m.ops, m.open, m.depth())
	for k, n := range m.kinds {
		if n > 0 {
			fmt.Fprintf(&b, "#     %-10s %4.1f %%\n", model.Kind(k), 100*float64(n)/float64(m.ops))
		}
	}
	fmt.Fprintf(&b, "#\n# %d of the %d Pongs acknowledge something.\n", m.acks, m.kinds[model.Pong])
	return b.String()
}
