package props

import (
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// quirk is something that a tracker lets its behaviour depend on, and a property of
// the name sees.
type quirk struct {
	property string
	words    string
	is       func(k *tracker, data string) bool
}

var quirks = []quirk{
	{"cuts", "if its input comes in pieces", func(k *tracker, _ string) bool { return k.cut > 0 }},
	{"renaming", "of the second half of the alphabet", func(_ *tracker, data string) bool { return data > "P" }},
	{"unsolicited", "once a Pong answered nothing", func(k *tracker, _ string) bool { return k.strays > 0 }},
	{"time-shift", "once it is a second old", func(k *tracker, _ string) bool { return k.now >= time.Second }},
	{"duplicate-pong", "once a Pong came twice in a row", func(k *tracker, _ string) bool { return k.twice }},
	{"cancels-commute", "once pings were cancelled backwards", func(k *tracker, _ string) bool { return k.backwards }},
	{"settled-prefix", "on its first connection only", func(k *tracker, _ string) bool { return k.opens == 1 }},
}

// impostor is a tracker that a property sees through.
type impostor struct {
	property string
	does     string
	verdict  model.Verdict
	agrees   bool   // the model finds nothing wrong in generated traces
	shrunk   string // what the violation comes to
	tracker
}

// impostors are, for each property, those that the model lets through, and those that
// are FAILED.
func impostors() (all []impostor) {
	const alone, two = "ping 61|pong $1", "ping 61|ping 61|pong $1"
	shrunk := map[string][3]string{ // what sends equals, takes the newest, is deaf
		"cuts":            {"ping 61|ping 61", two, alone},
		"renaming":        {"ping 61|ping 61", two, alone},
		"unsolicited":     {"ping 61|ping 61", two, alone},
		"time-shift":      {"ping 61|ping 61", two, alone},
		"duplicate-pong":  {"pong 61|ping 61|ping 61", "ping 61|ping 61|pong 62|pong $1", "ping 61|pong 62|pong $1"},
		"cancels-commute": {"ping 61|ping 62|ping 61", "ping 61|ping 61|ping 61|pong $1", "ping 61|ping 62|ping 63|pong $1"},
		"settled-prefix":  {"ping 61|ping 61", two, alone},
	}
	for _, q := range quirks {
		is := func(k *tracker) bool { return q.is(k, strings.TrimPrefix(k.last, "pong ")) }
		x, _ := metamorphic.Find(q.property)
		want := shrunk[q.property]
		all = append(all,
			impostor{q.property, "sends equal payloads " + q.words, model.NonStrict, true, want[0], tracker{sends: q.is}},
			impostor{q.property, "takes a Pong for the newest of several equals " + q.words, x.Verdict(upTo, tracking(tracker{}).Info), true, want[1],
				tracker{sends: func(*tracker, string) bool { return true }, newest: is}},
			impostor{q.property, "does not hear Pongs " + q.words, model.FAILED, false, want[2], tracker{deaf: q.is}})
	}
	late := func(k *tracker, ev *model.Event, kind model.Kind) bool { return k.closed && ev.Kind == kind }
	return append(all,
		impostor{"closed-absorbs", "forgets the latency when all is over and a ping is cancelled", model.NonStrict, true, "cancel 1",
			tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) { out.Timed = late(k, ev, model.Cancel) }}},
		impostor{"closed-absorbs", "answers when all is over", model.FAILED, false, "recv-ping 61",
			tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
				if late(k, ev, model.RecvPing) {
					out.Frames = append(out.Frames, model.Frame{Opcode: frame.Pong, Data: ev.Data})
				}
			}}},
		impostor{"exactly-once", "fails a call twice that comes too late", model.FAILED, true, "drop|ping 61",
			tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
				if late(k, ev, model.Ping) {
					out.Resolutions = append(out.Resolutions, out.Resolutions...)
				}
			}}},
	)
}
