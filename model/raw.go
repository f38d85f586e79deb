package model

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// maxRawFrames bounds how many frames of one op are put into words.
const maxRawFrames = 4

// RawFrames says in words which frames the bytes of each raw op are: "close 1005". It is
// empty for other ops. It goes no further than to an op that the subject reads as part of
// a frame that raw bytes began.
func (t *Transcript) RawFrames() []string {
	words := make([]string, len(t.Steps))
	var d frame.Decoder
	for i := range t.Steps {
		s := &t.Steps[i]
		switch {
		case s.Op.Kind == Raw && s.Op.Data.Relation() && !s.Related:
			return words // nobody said what its bytes were
		case s.Op.Kind == Raw:
			data := s.Op.Data.Lit
			if s.Related {
				data = s.Became
			}
			words[i] = rawWords(t.Config.Role, &d, []byte(data))
		case fromPeer.Has(s.Op.Kind) && d.Pending() > 0:
			return words
		}
	}
	return words
}

// rawWords are the frames that end within the next bytes of a stream.
func rawWords(role Role, d *frame.Decoder, b []byte) string {
	var words []string
	more := 0
	for len(b) > 0 {
		f, n := d.Next(b)
		b = b[n:]
		switch {
		case f == nil || !f.Last():
		case len(words) < maxRawFrames:
			words = append(words, elide(rawFrame(role, f).String(), 80))
		default:
			more++
		}
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("%d more frames", more))
	}
	if d.Pending() > 0 {
		words = append(words, "a part of a frame")
	}
	return strings.Join(words, ", ")
}

// rawFrame is a frame of the peer of a subject in a role, as the text form has it.
func rawFrame(role Role, f *frame.Frame) *Frame {
	w := &Frame{Opcode: f.Opcode, NoFin: !f.Fin, WrongMask: f.Masked == (role == Client), RSV: f.RSV, Data: string(f.Payload)}
	if f.LengthForm == 16 && f.Length < 126 || f.LengthForm == 64 && f.Length < 1<<16 {
		w.Long = f.LengthForm
	}
	return w
}
