package fuzz_test

import (
	"fmt"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
)

// table is a tracker of pings without a connection: it implements model.Subject itself. A
// Pong ends the oldest call with its payload. The bug: it ends the call even if the
// application cancelled it before. Two more: it sends Pings of any length, and no call ends
// when the connection does.
type table struct {
	calls []string // payload of ping n, at index n-1; "" once it has ended
}

func (t *table) Step(ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Open:
		t.calls = nil
	case model.Ping:
		t.calls = append(t.calls, ev.Data)
		out.Frames = append(out.Frames, model.Frame{Opcode: frame.Ping, Data: ev.Data})
	case model.Cancel:
		out.Resolutions = append(out.Resolutions, model.Resolution{N: ev.N, How: model.Cancelled})
	case model.Pong:
		for i, payload := range t.calls {
			if payload == ev.Data && payload != "" {
				t.calls[i] = ""
				out.Resolutions = append(out.Resolutions, model.Resolution{N: i + 1, How: model.Acked})
				return
			}
		}
	}
}

func tableImplementation() *model.Implementation {
	return &model.Implementation{
		Name: "table",
		New:  func() model.Subject { return new(table) },
		Info: model.Info{
			Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong, model.Settle),
			Sees:  model.SeesFrames | model.SeesWaiters | model.SeesCrash,
			Roles: model.BothRoles,
			Given: true,
		},
	}
}

// A fuzz target for any engine: the seeds are traces of bugs that other libraries had.
func ExampleNewTracker() {
	target := fuzz.NewTracker(model.RFC(), tableImplementation())
	seeds, err := target.Seeds()
	if err != nil {
		fmt.Println(err)
	}
	shown := map[string]bool{}
	for _, in := range seeds {
		f, err := target.Run(in)
		if err != nil {
			fmt.Println(err)
		}
		if f != nil && !shown[fuzz.Signature(f)] {
			shown[fuzz.Signature(f)] = true
			fmt.Printf("%s: %s\n%s", f.Class(), f.Sentence(), f.Shrunk)
		}
	}
	// Output:
	// send.length ping: it sent the frame ping 61*126
	// pongcheck-trace 1
	// profile rfc
	// ping 61*126
	// waiter.once: ping 1 ended twice (acked)
	// pongcheck-trace 1
	// profile rfc
	// ping 61
	// cancel 1
	// pong $1
	// waiter.lost: ping 1 waits for ever: its connection is closed
	// pongcheck-trace 1
	// profile rfc
	// ping 61
}

// decode is code that reads frames, with a bug: it takes the 7 bits of the length for the
// length, and there are two longer forms.
func decode(role frame.Role, r io.Reader, yield func(frame.Frame)) error {
	for {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return err
		}
		h := frame.Header{Fin: head[0]&0x80 != 0, RSV: head[0] >> 4 & 7, Opcode: frame.Opcode(head[0] & 15)}
		if role == frame.Server { // its peer masks
			if _, err := io.ReadFull(r, h.Key[:]); err != nil {
				return err
			}
		}
		payload := make([]byte, head[1]&0x7f)
		if _, err := io.ReadFull(r, payload); err != nil {
			return err
		}
		for i := range payload {
			payload[i] ^= h.Key[i%4]
		}
		yield(frame.Frame{Header: h, Payload: payload})
	}
}

// A decoder for any engine.
func ExampleNewDecoder() {
	run := fuzz.NewDecoder(decode)
	for _, in := range fuzz.Streams() {
		if err := run(in); err != nil {
			sentence, _, _ := strings.Cut(err.Error(), "\n")
			fmt.Println(sentence)
			break
		}
	}
	// Output: a frame came out otherwise than it went in
}
