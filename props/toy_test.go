package props

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// toy is a small tracker that follows a trace and has one bug: show reports the
// failure class at the op that shows it.
type toy struct {
	sent.Pings
	table   []entry
	config  model.Config
	pings   int // that were sent
	now     time.Duration
	message bool
	blocked bool
	show    func(y *toy, o *model.Op) string
}

type entry struct {
	n    int
	data string
	done bool
}

// run is the failure class that t shows, or "".
func run(show func(*toy, *model.Op) string, t *model.Trace) string {
	y := &toy{config: t.Config, show: show}
	for i := range t.Ops {
		if class := y.step(&t.Ops[i]); class != "" {
			return class
		}
	}
	return ""
}

func (y *toy) step(o *model.Op) string {
	class := y.show(y, o)
	switch o.Kind {
	case model.Ping:
		y.Pings.Add(o.Data)
		n := len(y.Data)
		if data := y.Data[n-1]; len(data) <= 125 && y.find(data) < 0 {
			y.table = append(y.table, entry{n: n, data: data})
			y.pings++
		}
	case model.Cancel:
		for i := range y.table {
			if y.table[i].n == y.Target(o.N) && !o.Keep {
				y.table[i].done = true
			}
		}
	case model.Pong:
		data, _ := y.Resolve(o.Data)
		y.table = y.table[y.find(data)+1:]
	case model.Frag, model.Cont:
		y.message = !o.Fin
	case model.Block, model.Resume:
		y.blocked = o.Kind == model.Block
	case model.Advance:
		y.now += o.Time
	}
	return class
}

// find is the place of data in the table, or -1.
func (y *toy) find(data string) int {
	for i, e := range y.table {
		if e.data == data {
			return i
		}
	}
	return -1
}

// hit is the place in the table that pong o matches, -1 if o is none or
// matches none.
func (y *toy) hit(o *model.Op) int {
	if o.Kind != model.Pong {
		return -1
	}
	data, _ := y.Resolve(o.Data)
	return y.find(data)
}

// The bugs, each with the shortest and simplest trace that shows it.
var toys = []struct {
	name, want string
	show       func(y *toy, o *model.Op) string
}{
	{"completes a finished future", "ping 61|cancel 1|pong $1", func(y *toy, o *model.Op) string {
		return class(y.hit(o) >= 0 && y.table[0].done)
	}},
	{"only when acknowledged by a later pong", "ping 61|ping 62|cancel 1|pong $2", func(y *toy, o *model.Op) string {
		return class(y.hit(o) > 0 && y.table[0].done)
	}},
	{"forgets the earlier ones", "ping 61|ping 62|pong $2", func(y *toy, o *model.Op) string {
		return class(y.hit(o) > 0)
	}},
	{"acknowledges in sorted order", "ping 62|ping 61|pong $2", func(y *toy, o *model.Op) string {
		k := y.hit(o)
		return class(k > 0 && y.table[k].data < y.table[0].data)
	}},
	{"ring grows at eight", "ping 61|ping 62|ping 63|ping 64|ping 65|ping 66|ping 67|ping 68", func(y *toy, o *model.Op) string {
		return class(o.Kind == model.Ping && len(y.table) == 7 && o.Data.Form == model.Literal && len(o.Data.Lit) < 126 && y.find(o.Data.Lit) < 0)
	}},
	{"any prefix matches", "ping 6161|pong 61", func(y *toy, o *model.Op) string {
		data, _ := y.Resolve(o.Data)
		return class(o.Kind == model.Pong && data != "" && len(y.table) > 0 && len(data) < len(y.table[0].data) && y.table[0].data[:len(data)] == data)
	}},
	{"an empty pong acknowledges all", "ping 61|pong -", func(y *toy, o *model.Op) string {
		data, known := y.Resolve(o.Data)
		return class(o.Kind == model.Pong && known && data == "" && len(y.table) > 0 && y.table[0].data != "")
	}},
	{"sends 126 bytes", "ping 61*126", func(y *toy, o *model.Op) string {
		return class(o.Kind == model.Ping && len(o.Data.Lit) > 125)
	}},
	{"keeps the entry after its pong", "ping 61|pong $1|pong $1", func(y *toy, o *model.Op) string {
		if o.Kind != model.Pong || o.Data.Form != model.Echo || o.Data.Keep || o.Data.Ref > len(y.Data) || y.hit(o) >= 0 {
			return ""
		}
		return class(len(y.Data[o.Data.Ref-1]) < 126)
	}},
	{"keepalive never fails", "config keepalive=20s/20s|advance 40s", func(y *toy, o *model.Op) string {
		c := y.config
		return class(o.Kind == model.Advance && c.Interval == 20*time.Second && c.Timeout == c.Interval && y.now+o.Time >= 40*time.Second)
	}},
	{"only as a client", "config role=client|recv-ping 61", func(y *toy, o *model.Op) string {
		return class(o.Kind == model.RecvPing && y.config.Role == model.Client)
	}},
	{"ping glued into the message", "frag binary 61|recv-ping 61", func(y *toy, o *model.Op) string {
		return class(o.Kind == model.RecvPing && y.message)
	}},
	{"looks the entry up after the write", "ping 61|block|pong $1", func(y *toy, o *model.Op) string {
		return class(y.hit(o) >= 0 && y.blocked)
	}},
	{"NUL ends a payload", "recv-ping 00", func(y *toy, o *model.Op) string {
		for i := range len(o.Data.Lit) {
			if o.Kind == model.RecvPing && o.Data.Lit[i] == 0 {
				return "cut"
			}
		}
		return ""
	}},
	{"counter wraps at twelve", "ping 61|ping 62|ping 63|ping 64|pong $4|ping 61|ping 62|ping 63|ping 64|pong $4|ping 61|ping 62|ping 63|ping 64|pong $1", func(y *toy, o *model.Op) string {
		if o.Kind == model.Ping && len(y.table) == 4 {
			y.pings = -100 // a fifth pending ping breaks the spell
		}
		return class(y.hit(o) >= 0 && y.pings == 12)
	}},
}

func class(is bool) string {
	if is {
		return "bug"
	}
	return ""
}
