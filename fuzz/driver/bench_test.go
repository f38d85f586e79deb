package driver

import (
	"bytes"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func benchTrace(ops int) *model.Trace {
	t := new(model.Trace)
	for i := range ops / 2 {
		t.Ops = append(t.Ops, model.Op{Kind: model.Ping, Data: model.Payload{Form: model.Chosen}},
			model.Op{Kind: model.Pong, Data: model.EchoOf(i + 1)})
	}
	return t
}

// BenchmarkRun is what this side costs: the driver is a goroutine that answers
// without thinking.
func BenchmarkRun(b *testing.B) {
	for _, bb := range []struct {
		name  string
		ahead int
	}{{"ahead=1", 1}, {"ahead=64", 64}} {
		b.Run(bb.name, func(b *testing.B) {
			d := inProcess(b, Options{Processes: 1, Ahead: bb.ahead})
			trace := benchTrace(20)
			b.ReportAllocs()
			b.ResetTimer()
			for _, err := range d.run(b.Context(), head(b.N, trace)) {
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*20/b.Elapsed().Seconds(), "ops/s")
		})
	}
}

// BenchmarkAnswer is the reading alone.
func BenchmarkAnswer(b *testing.B) {
	lines := bytes.Split([]byte(fuzzedAnswer), []byte("\n"))
	lines = lines[:len(lines)-1]
	b.ReportAllocs()
	for b.Loop() {
		a := newAnswer(fuzzed, &greeting{})
		for _, line := range lines {
			if err := a.addLine(line); err != nil {
				b.Fatal(err)
			}
		}
	}
}
