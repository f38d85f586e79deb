package driver

import (
	"strconv"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// restrictTrace returns t as the driver can do it: without the mark join if it does not heed
// that, or where the next op is not the peer's. A driver that gets one op after the other
// does not know the next.
func (g *greeting) restrictTrace(t *model.Trace) *model.Trace {
	idle := func(i int) bool {
		return t.Ops[i].Join && !(g.Joins && i+1 < len(t.Ops) && t.Ops[i].Joins(&t.Ops[i+1]))
	}
	c := t
	for i := range t.Ops {
		if !idle(i) {
			continue
		}
		if c == t {
			c = t.Clone()
		}
		c.Ops[i].Join = false
	}
	return c
}

// request is a trace as it is sent: a "trace" line, a line for each op, then "end".
type request struct {
	id    string        // a number that the driver repeats
	trace *model.Trace  // what is sent
	text  []byte        // all lines
	ends  []int         // where each line ends, after its "\n"
	time  time.Duration // how long its ops last
}

func newRequest(id uint64, t *model.Trace) *request {
	r := &request{id: strconv.FormatUint(id, 10), trace: t, ends: make([]int, 0, len(t.Ops)+2)}
	r.text = make([]byte, 0, 32+24*len(t.Ops))
	r.text = append(append(r.text, "trace "...), r.id...)
	r.text = t.Config.AppendText(r.text)
	r.endLine()
	for i := range t.Ops {
		r.text = t.Ops[i].AppendText(r.text)
		r.endLine()
		r.time += t.Ops[i].Time
	}
	r.text = append(r.text, "end"...)
	r.endLine()
	return r
}

func (r *request) endLine() {
	r.text = append(r.text, '\n')
	r.ends = append(r.ends, len(r.text))
}

// lineAt returns line i with its "\n". Line 0 is "trace", the last one is "end".
func (r *request) lineAt(i int) []byte {
	start := 0
	if i > 0 {
		start = r.ends[i-1]
	}
	return r.text[start:r.ends[i]]
}
