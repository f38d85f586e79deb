package propstest

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// Toy is a small tracker that follows a trace and has one bug: show reports the
// failure class at the op that shows it.
type Toy struct {
	sent.Pings
	Table     []entry
	Config    model.Config
	Sent      int // that were sent
	Now       time.Duration
	InMessage bool
	Blocked   bool
	show      func(y *Toy, o *model.Op) string
}

type entry struct {
	Number    int
	Data      string
	Cancelled bool
}

// RunToy is the failure class that t shows, or "".
func RunToy(show func(*Toy, *model.Op) string, t *model.Trace) string {
	y := &Toy{Config: t.Config, show: show}
	for i := range t.Ops {
		if class := y.step(&t.Ops[i]); class != "" {
			return class
		}
	}
	return ""
}

func (y *Toy) step(o *model.Op) string {
	class := y.show(y, o)
	switch o.Kind {
	case model.Ping:
		y.Pings.Add(o.Data)
		n := len(y.Data)
		if data := y.Data[n-1]; len(data) <= 125 && y.Find(data) < 0 {
			y.Table = append(y.Table, entry{Number: n, Data: data})
			y.Sent++
		}
	case model.Cancel:
		for i := range y.Table {
			if y.Table[i].Number == y.Target(o.N) && !o.Keep {
				y.Table[i].Cancelled = true
			}
		}
	case model.Pong:
		data, _ := y.Resolve(o.Data)
		y.Table = y.Table[y.Find(data)+1:]
	case model.Frag, model.Cont:
		y.InMessage = !o.Fin
	case model.Block, model.Resume:
		y.Blocked = o.Kind == model.Block
	case model.Advance:
		y.Now += o.Time
	}
	return class
}

// Find is the place of data in the table, or -1.
func (y *Toy) Find(data string) int {
	for i, e := range y.Table {
		if e.Data == data {
			return i
		}
	}
	return -1
}

// MatchPong is the place in the table that pong o matches, -1 if o is none or
// matches none.
func (y *Toy) MatchPong(o *model.Op) int {
	if o.Kind != model.Pong {
		return -1
	}
	data, _ := y.Resolve(o.Data)
	return y.Find(data)
}

// The bugs, each with the shortest and simplest trace that shows it.
var Toys = []struct {
	Name, Want string
	Show       func(y *Toy, o *model.Op) string
}{
	{"completes a finished future", "ping 61|cancel 1|pong $1", func(y *Toy, o *model.Op) string {
		return ClassIf(y.MatchPong(o) >= 0 && y.Table[0].Cancelled)
	}},
	{"only when acknowledged by a later pong", "ping 61|ping 62|cancel 1|pong $2", func(y *Toy, o *model.Op) string {
		return ClassIf(y.MatchPong(o) > 0 && y.Table[0].Cancelled)
	}},
	{"forgets the earlier ones", "ping 61|ping 62|pong $2", func(y *Toy, o *model.Op) string {
		return ClassIf(y.MatchPong(o) > 0)
	}},
	{"acknowledges in sorted order", "ping 62|ping 61|pong $2", func(y *Toy, o *model.Op) string {
		k := y.MatchPong(o)
		return ClassIf(k > 0 && y.Table[k].Data < y.Table[0].Data)
	}},
	{"ring grows at eight", "ping 61|ping 62|ping 63|ping 64|ping 65|ping 66|ping 67|ping 68", func(y *Toy, o *model.Op) string {
		return ClassIf(o.Kind == model.Ping && len(y.Table) == 7 && o.Data.Form == model.Literal && len(o.Data.Lit) < 126 && y.Find(o.Data.Lit) < 0)
	}},
	{"any prefix matches", "ping 6161|pong 61", func(y *Toy, o *model.Op) string {
		data, _ := y.Resolve(o.Data)
		return ClassIf(o.Kind == model.Pong && data != "" && len(y.Table) > 0 && len(data) < len(y.Table[0].Data) && y.Table[0].Data[:len(data)] == data)
	}},
	{"an empty pong acknowledges all", "ping 61|pong -", func(y *Toy, o *model.Op) string {
		data, known := y.Resolve(o.Data)
		return ClassIf(o.Kind == model.Pong && known && data == "" && len(y.Table) > 0 && y.Table[0].Data != "")
	}},
	{"sends 126 bytes", "ping 61*126", func(y *Toy, o *model.Op) string {
		return ClassIf(o.Kind == model.Ping && len(o.Data.Lit) > 125)
	}},
	{"keeps the entry after its pong", "ping 61|pong $1|pong $1", func(y *Toy, o *model.Op) string {
		if o.Kind != model.Pong || o.Data.Form != model.Echo || o.Data.Keep || o.Data.Ref > len(y.Data) || y.MatchPong(o) >= 0 {
			return ""
		}
		return ClassIf(len(y.Data[o.Data.Ref-1]) < 126)
	}},
	{"keepalive never fails", "config keepalive=20s/20s|advance 40s", func(y *Toy, o *model.Op) string {
		c := y.Config
		return ClassIf(o.Kind == model.Advance && c.Interval == 20*time.Second && c.Timeout == c.Interval && y.Now+o.Time >= 40*time.Second)
	}},
	{"only as a client", "config role=client|recv-ping 61", func(y *Toy, o *model.Op) string {
		return ClassIf(o.Kind == model.RecvPing && y.Config.Role == model.Client)
	}},
	{"ping glued into the message", "frag binary 61|recv-ping 61", func(y *Toy, o *model.Op) string {
		return ClassIf(o.Kind == model.RecvPing && y.InMessage)
	}},
	{"looks the entry up after the write", "ping 61|block|pong $1", func(y *Toy, o *model.Op) string {
		return ClassIf(y.MatchPong(o) >= 0 && y.Blocked)
	}},
	{"NUL ends a payload", "recv-ping 00", func(y *Toy, o *model.Op) string {
		for i := range len(o.Data.Lit) {
			if o.Kind == model.RecvPing && o.Data.Lit[i] == 0 {
				return "cut"
			}
		}
		return ""
	}},
	{"counter wraps at twelve", "ping 61|ping 62|ping 63|ping 64|pong $4|ping 61|ping 62|ping 63|ping 64|pong $4|ping 61|ping 62|ping 63|ping 64|pong $1", func(y *Toy, o *model.Op) string {
		if o.Kind == model.Ping && len(y.Table) == 4 {
			y.Sent = -100 // a fifth pending ping breaks the spell
		}
		return ClassIf(y.MatchPong(o) >= 0 && y.Sent == 12)
	}},
}

func ClassIf(is bool) string {
	if is {
		return "bug"
	}
	return ""
}
