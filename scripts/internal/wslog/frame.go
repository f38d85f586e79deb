package wslog

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// Frame is a frame that the log shows.
type Frame struct {
	Line   int  // in the log, from 1
	Out    bool // sent by the end that wrote the log
	NoFin  bool // a fragment, and not the last
	Opcode frame.Opcode
	Data   Pattern // of text, binary and continuation frames only the length is kept
	stamp  int32   // lines with the same stamp, if it is not 0, may be swapped
}

var opcodeNames = map[string]frame.Opcode{
	"CONT": frame.Continuation, "TEXT": frame.Text, "BINARY": frame.Binary,
	"CLOSE": frame.Close, "PING": frame.Ping, "PONG": frame.Pong,
}

func opcodeName(op frame.Opcode) string {
	for name, o := range opcodeNames {
		if o == op {
			return name
		}
	}
	return "?"
}

// String is the frame as newer releases print it, but for payloads, of which only
// what is kept is printed: "< PONG 0d 90 0f [binary, 3 bytes]". [Read] reads it.
func (f *Frame) String() string {
	mark := "<"
	if f.Out {
		mark = ">"
	}
	var meta []string
	body, close := f.closeText()
	switch {
	case close || !f.Opcode.Control() || f.Data.Len == 0:
	case f.Data.plain():
		meta = append(meta, "text")
	default:
		meta = append(meta, "binary")
	}
	meta = append(meta, fmt.Sprintf("%d bytes", f.Data.Len))
	if f.Data.Len == 1 {
		meta[len(meta)-1] = "1 byte"
	}
	if f.NoFin {
		meta = append(meta, "continued")
	}
	return fmt.Sprintf("%s %s %s [%s]", mark, opcodeName(f.Opcode), body, strings.Join(meta, ", "))
}

// closeText is the payload as text; it reports whether it is a code and a reason.
func (f *Frame) closeText() (string, bool) {
	code, ok := f.code()
	if !ok || !f.Data.Whole() || f.Data.Len > 2 && !(Pattern{Head: f.Data.Head[2:], Len: f.Data.Len - 2}).plain() {
		return f.Data.String(), false
	}
	why := "code"
	if code == frame.NormalClosure {
		why = "OK"
	}
	text := fmt.Sprintf("%d (%s)", code, why)
	if f.Data.Len > 2 {
		text += " " + f.Data.Head[2:]
	}
	return text, true
}

// code is the code of a Close, if it shows one.
func (f *Frame) code() (frame.CloseCode, bool) {
	if f.Opcode != frame.Close || len(f.Data.Head) < 2 {
		return 0, false
	}
	return frame.CloseCode(f.Data.Head[0])<<8 | frame.CloseCode(f.Data.Head[1]), true
}

// answers reports whether f is a Pong that may carry the data of the Ping p.
func (f *Frame) answers(p *Frame) bool {
	return f.Opcode == frame.Pong && p.Opcode == frame.Ping && f.Out != p.Out && f.Data.MayEqual(p.Data)
}
