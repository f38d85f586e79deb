package fuzz

import (
	"fmt"
	"io"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
)

// Decode is code that reads frames: it calls yield for each whole frame of the
// stream that an endpoint of this role receives, payload unmasked, until the stream
// ends or it refuses a frame. The header's Key and LengthForm need not be set.
type Decode func(role frame.Role, r io.Reader, yield func(frame.Frame)) error

// Decoder is the one line of a fuzz test of code that reads frames:
//
//	func FuzzDecode(f *testing.F) { fuzz.Decoder(f, decode) }
//
// Each input is a stream, and in its first two bytes the role and a way to cut it.
// Package frame says what is in it. It fails the test when a frame comes out
// otherwise than it went in, when one comes out that is not whole, when a frame is
// refused although it and all before it are legal, when another cut of the stream
// gives other frames, and when decode panics.
//
// To read a frame that must be refused is no failure: decoders may leave that to their
// callers. How a refusal or an end is told is not judged either.
func Decoder(f *testing.F, decode Decode) {
	f.Helper()
	for _, s := range Streams() {
		f.Add(s)
	}
	if run, wanted, err := parseEngineEnv(); err != nil {
		f.Fatal(err)
	} else if wanted {
		t := &turbo.Target{Run: func(in []byte, _ *turbo.Lanes) string { return firstLine(findMisreading(decode, in)) }}
		run.fuzzOrTrace(f, t, Streams(), func(found *turbo.Finding) bool {
			f.Error(findMisreading(decode, found.Input) + "\n" + describeInput(found.Input) + keepInput(f.Name(), signatureFileName(found.Signature), found.Input))
			return true
		})
		f.Skip(skipReason)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if why := findMisreading(decode, in); why != "" {
			reportStream(t, f.Name(), decode, in, why)
		}
	})
}

// NewDecoder is [Decoder] for other engines: what it returns says what is wrong with
// the frames that decode makes of an input, or is nil.
func NewDecoder(decode Decode) func(in []byte) error {
	return func(in []byte) error {
		if why := findMisreading(decode, in); why != "" {
			return fmt.Errorf("%s\n%s", why, describeInput(in))
		}
		return nil
	}
}

// splitInput is the role, the cut and the stream of an input.
func splitInput(in []byte) (role frame.Role, cut int, stream []byte) {
	var head [2]byte
	n := copy(head[:], in)
	return frame.Role(head[0] & 1), 1 + int(head[1]), in[n:]
}

// Streams are the inputs that [Decoder] begins with: every kind of frame, and lengths
// where the form of the header changes, for both roles.
func Streams() [][]byte {
	var all [][]byte
	for _, role := range []frame.Role{frame.Server, frame.Client} {
		masked := role == frame.Server
		key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
		add := func(frames ...frame.Frame) {
			in := []byte{byte(role), 0}
			for _, f := range frames {
				f.Masked, f.Key, f.Length = masked, key, uint64(len(f.Payload))
				if !masked {
					f.Key = [4]byte{}
				}
				in = frame.Append(in, f.Header, f.Payload)
			}
			all = append(all, in)
		}
		whole := func(op frame.Opcode, n int) frame.Frame {
			return frame.Frame{Header: frame.Header{Fin: true, Opcode: op}, Payload: make([]byte, n)}
		}
		for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536} {
			add(whole(frame.Binary, n))
		}
		first := whole(frame.Text, 3)
		first.Fin = false
		add(whole(frame.Ping, 4), whole(frame.Pong, 3), whole(frame.Ping, frame.MaxControl))
		add(first, whole(frame.Ping, 0), whole(frame.Continuation, 2), whole(frame.Close, 0))
		add(frame.Frame{Header: frame.Header{Fin: true, Opcode: frame.Close}, Payload: frame.AppendClose(nil, frame.NormalClosure, "bye")})
		reserved := whole(frame.Text, 1)
		reserved.RSV = frame.RSV1
		add(reserved, whole(3, 1), whole(11, 1))
	}
	return all
}
