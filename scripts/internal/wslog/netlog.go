package wslog

import (
	"strconv"

	"github.com/pongcheck/pongcheck/frame"
)

// netlog reads the events of a net log of Chrome (chrome://net-export). It shows the
// headers of frames, no payloads; so only lengths can be compared. Numbers stand for the
// names of events, which differ from release to release: the log has a list of them.
type netlog struct {
	names map[string]string // of the events that count, by their numbers
	start int64             // milliseconds to add to times
}

// netlogEvents has the events that count.
var netlogEvents = []string{"WEBSOCKET_SENT_FRAME_HEADER", "WEBSOCKET_RECV_FRAME_HEADER", "WEBSOCKET_INVALID_FRAME"}

// learnNames takes the names of the events from the object that has them.
func (n *netlog) learnNames(value any) {
	f, ok := value.(fields)
	if !ok {
		return
	}
	n.names = map[string]string{}
	for _, event := range netlogEvents {
		if number, ok := f["logEventTypes."+event]; ok {
			n.names[number] = event
		}
	}
	n.start, _ = strconv.ParseInt(f["timeTickOffset"], 10, 64)
}

// lineOf returns the line that an event stands for.
func (n *netlog) lineOf(f fields) (l line, ok bool) {
	event := n.names[f["type"]]
	op, err := strconv.Atoi(f["params.opcode"])
	size, err2 := strconv.Atoi(f["params.payload_length"])
	ms, _ := strconv.ParseInt(f["time"], 10, 64)
	if event == "" || err != nil || err2 != nil || size < 0 || op < 0 || op > 15 {
		return l, false
	}
	out := event == netlogEvents[0]
	l = line{kind: frameLine, out: out, role: "client", from: "Chrome", prefix: printTime(strconv.FormatInt(n.start+ms, 10)) + " connection=" + f["source.id"]}
	l.frame = Frame{Out: out, NoFin: f["params.final"] == "false", Opcode: frame.Opcode(op), Data: Pattern{Len: size}}
	if opcodeName(l.frame.Opcode) == "?" {
		l.kind = tornLine
	}
	return l, true
}
