package fuzz

import (
	"errors"
	"io"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
)

// Decode is code that reads frames. role is the role of the endpoint that receives the stream.
// Decode calls yield for each whole frame, with its payload unmasked, until the stream ends or
// Decode refuses a frame. It need not set Key and LengthForm of the header.
type Decode func(role frame.Role, r io.Reader, yield func(frame.Frame)) error

// Decoder is the one line of a fuzz test for code that reads frames:
//
//	func FuzzDecode(f *testing.F) { fuzz.Decoder(f, decode) }
//
// The first two bytes of an input choose the role and how the stream is cut into reads; the rest
// is the stream. Package frame says which frames it holds. The test fails
//   - when a frame differs from the one in the stream,
//   - when a frame is yielded that is not whole,
//   - when a frame is refused although it and all frames before it are legal,
//   - when another cut of the same stream gives other frames,
//   - when decode panics.
//
// It is no failure to yield a frame that must be refused: a decoder may leave that to its caller.
// How decode reports a refusal or the end of the stream is not judged either.
func Decoder(f *testing.F, decode Decode) {
	f.Helper()
	for _, s := range Streams() {
		f.Add(s)
	}
	if run, wanted, err := parseEngineEnv(); err != nil {
		f.Fatal(model.Plain(err.Error()))
	} else if wanted {
		t := &turbo.Target{Run: func(in []byte, _ *turbo.Lanes) string { return firstLine(findMisreading(decode, in)) }}
		run.fuzzOrTrace(f, t, Streams(), func(found *turbo.Finding) bool {
			f.Error(model.Plain(findMisreading(decode, found.Input) + "\n" + describeInput(found.Input) + keepInput(f.Name(), signatureFileName(found.Signature), found.Input)))
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

// NewDecoder is [Decoder] for other engines. The function that it returns runs one input, and
// returns an error that says what is wrong, or nil.
func NewDecoder(decode Decode) func(in []byte) error {
	return func(in []byte) error {
		if why := findMisreading(decode, in); why != "" {
			return errors.New(model.Plain(why + "\n" + describeInput(in)))
		}
		return nil
	}
}

// splitInput returns the role, the size of a read and the stream of an input.
func splitInput(in []byte) (role frame.Role, cut int, stream []byte) {
	var head [2]byte
	n := copy(head[:], in)
	return frame.Role(head[0] & 1), 1 + int(head[1]), in[n:]
}

// Streams returns the seeds of [Decoder]: every kind of frame, and every length at which the form
// of the header changes, for both roles.
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
