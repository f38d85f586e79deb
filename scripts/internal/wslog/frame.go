package wslog

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// Frame is a frame in the log.
type Frame struct {
	Line   int  // in the log, from 1
	Out    bool // sent by the end that wrote the log
	NoFin  bool // a fragment, and not the last
	Opcode frame.Opcode
	Data   Pattern // of a data frame only its length is kept
	stamp  int32   // lines with the same stamp may be swapped; 0: the line has none
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

// String returns the frame as newer releases print it, with what is known of its payload:
// "< PONG 0d 90 0f [binary, 3 bytes]". [Read] reads it.
func (f *Frame) String() string {
	mark := "<"
	if f.Out {
		mark = ">"
	}
	var meta []string
	body, close := f.closeText()
	switch {
	case close || !f.Opcode.Control() || f.Data.Len == 0:
	case f.Data.isPlain():
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

// closeText returns the payload as text, and reports whether it is a code and a reason.
func (f *Frame) closeText() (string, bool) {
	code, ok := f.closeCode()
	if !ok || !f.Data.Whole() || f.Data.Len > 2 && !(Pattern{Head: f.Data.Head[2:], Len: f.Data.Len - 2}).isPlain() {
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

// closeCode returns the code of a Close, if the log shows one.
func (f *Frame) closeCode() (frame.CloseCode, bool) {
	if f.Opcode != frame.Close || len(f.Data.Head) < 2 {
		return 0, false
	}
	return frame.CloseCode(f.Data.Head[0])<<8 | frame.CloseCode(f.Data.Head[1]), true
}

// mayAnswer reports whether f is a Pong that may carry the data of the Ping p.
func (f *Frame) mayAnswer(p *Frame) bool {
	return f.Opcode == frame.Pong && p.Opcode == frame.Ping && f.Out != p.Out && f.Data.MayEqual(p.Data)
}
