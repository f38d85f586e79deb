package fuzz

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
)

// decoded is the result of decoding one stream.
type decoded struct {
	frames   []frame.Frame // in the order of the stream
	err      error         // what the decoder returned
	panicked string        // its panic, with the stack; or empty
}

// decodeStream decodes a stream in reads of at most cut bytes.
func (decode Decode) decodeStream(role frame.Role, stream []byte, cut int) (g decoded) {
	defer func() {
		if v := recover(); v != nil {
			g.panicked = fmt.Sprintf("%v\n%s", v, debug.Stack())
		}
	}()
	g.err = decode(role, &choppedReader{stream, cut}, func(f frame.Frame) {
		f.Payload = bytes.Clone(f.Payload)
		g.frames = append(g.frames, f)
	})
	return g
}

// choppedReader reads a stream in reads of at most cut bytes.
type choppedReader struct {
	rest []byte
	cut  int
}

// Read returns at most cut bytes.
func (p *choppedReader) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.cut)], p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// findMisreading says what is wrong with the frames that decode makes of an input, or returns "".
// The first line names the failure.
func findMisreading(decode Decode, in []byte) string {
	role, cut, stream := splitInput(in)
	want, legal := parseStream(role, stream)
	whole := decode.decodeStream(role, stream, len(stream)+1)
	if why := compareFrames(whole, want, legal); why != "" {
		return why
	}
	for _, n := range []int{1, cut} {
		if why := compareFrames(decode.decodeStream(role, stream, n), want, legal); why != "" {
			return fmt.Sprintf("%s\nread %d bytes at a time", why, n)
		}
		if again := decode.decodeStream(role, stream, n); len(again.frames) != len(whole.frames) {
			return fmt.Sprintf("another cut gives another number of frames\nin one read %d (%v), %d bytes at a time %d (%v)",
				len(whole.frames), whole.err, n, len(again.frames), again.err)
		}
	}
	return ""
}

// compareFrames says how the decoded frames differ from those of the stream, or returns "". The
// first legal frames must not be refused.
func compareFrames(g decoded, want []frame.Frame, legal int) string {
	if g.panicked != "" {
		return "the decoder panicked\n" + g.panicked
	}
	for i := range g.frames {
		if i == len(want) {
			return fmt.Sprintf("a frame came out that is not whole\nframe %d: %s", i+1, frameLine(&g.frames[i]))
		}
		if w, s := frameLine(&want[i]), frameLine(&g.frames[i]); w != s {
			return fmt.Sprintf("a frame came out otherwise than it went in\nframe %d, - sent, + read:\n%s", i+1, cmp.Diff(w, s))
		}
	}
	if n := len(g.frames); n < legal {
		return fmt.Sprintf("a legal frame was refused\nframe %d, %s: %v", n+1, frameLine(&want[n]), g.err)
	}
	return ""
}

// parseStream returns the whole frames of a stream, as package frame reads them. No decoder may
// refuse the first legal ones: they break no rule, nor does any frame before them.
func parseStream(role frame.Role, stream []byte) (frames []frame.Frame, legal int) {
	d := frame.Decoder{Limit: len(stream) + 1}
	for b := stream; len(b) > 0; {
		f, n := d.Next(b)
		if b = b[n:]; f != nil {
			c := *f
			c.Payload = bytes.Clone(f.Payload)
			frames = append(frames, c)
		}
	}
	return frames, countLegal(role, frames)
}

// countLegal returns how many frames at the beginning of a connection are legal. The frames of a
// text message count once it is whole and UTF-8. No frame after a Close counts.
func countLegal(role frame.Role, frames []frame.Frame) (n int) {
	s := frame.State{Role: role}
	var message []byte
	text := false
	for i := range frames {
		f := &frames[i]
		if frame.Judge(f.Header, s) != 0 {
			break
		}
		s = s.After(f.Header)
		switch {
		case f.Opcode == frame.Close:
			if _, _, err := frame.ParseClose(f.Payload); err == nil && !s.InMessage {
				n = i + 1
			}
			return n
		case f.Opcode == frame.Text || f.Opcode == frame.Binary:
			message, text = message[:0], f.Opcode == frame.Text
		}
		if !f.Opcode.Control() {
			message = append(message, f.Payload...)
			if text && f.Fin && !utf8.Valid(message) {
				return n
			}
		}
		if !s.InMessage {
			n = i + 1
		}
	}
	return n
}

// frameLine shows those parts of a frame that a decoder must return.
func frameLine(f *frame.Frame) string {
	return fmt.Sprintf("%v fin=%v rsv=%d %x", f.Opcode, f.Fin, f.RSV, f.Payload)
}

// describeInput shows an input for people.
func describeInput(in []byte) string {
	role, cut, stream := splitInput(in)
	frames, legal := parseStream(role, stream)
	var b strings.Builder
	fmt.Fprintf(&b, "to a %v, in reads of 1 and of %d bytes: %x\n", role, cut, stream)
	for i := range frames {
		remark := ""
		if i >= legal {
			remark = "   (may be refused)"
		}
		fmt.Fprintf(&b, "  %d %.200s%s\n", i+1, frameLine(&frames[i]), remark)
	}
	return b.String()
}

// reportStream fails t with the shortest stream that is misread in the same way.
func reportStream(t *testing.T, target string, decode Decode, in []byte, why string) {
	t.Helper()
	class := firstLine(why)
	in = turbo.ShrinkBytes(in, func(c []byte) bool { return firstLine(findMisreading(decode, c)) == class })
	text := findMisreading(decode, in) + "\n" + describeInput(in)
	name := signatureFileName(class)
	t.Attr("pongcheck.signature", model.Plain(class))
	if err := corpus.WriteFile(filepath.Join(t.ArtifactDir(), name+".txt"), text); err != nil {
		text += fmt.Sprintf("the stream could not be written: %v\n", err)
	}
	if inWorker() {
		text += keepInput(target, name, in)
	}
	t.Error(model.Plain(text))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
