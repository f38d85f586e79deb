package specimen

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// sendingMutants lose, repeat or bend what the application hands over.
func sendingMutants() []Mutant {
	return []Mutant{
		{Name: "sending/one-pong-kept", Of: "specimen/exact",
			Change: "of the Pongs that are held up the newest is kept, even if it is the application's", new: as[onePongKept]},
		{Name: "sending/half-duplex", Of: "specimen/exact",
			Change: "a message is not sent while one of the peer's is under way", new: as[halfDuplex]},
		{Name: "sending/empty-message", Of: "specimen/exact",
			Change: "an empty message leaves nothing to write, and is not sent", new: as[emptyUnsent]},
		{Name: "sending/long-form", Of: "specimen/exact",
			Change: "the length of every message over 125 bytes is written in 64 bits", new: as[messageLongForm]},
		{Name: "sending/compressed-flag-shared", Of: "specimen/deflate",
			Change: "a Pong takes over the mark of the compressed message that is being received", new: as[compressedFlagShared]},
		{Name: "sending/close-unmasked", Of: "specimen/exact",
			Change: "a client does not mask its Closes", new: as[closeUnmasked]},
		{Name: "sending/fin-shared", Of: "specimen/exact",
			Change: "a Ping that is sent while the peer sends fragments has no FIN", new: as[finShared]},
		{Name: "sending/nul-ends", Of: "specimen/exact",
			Change: "a message that is sent ends at its first NUL", new: as[nulEndsMessage]},
		{Name: "sending/stalled-twice", Of: "specimen/exact",
			Change: "when writes go on, the frame that stalled is written from its beginning once more", new: as[stalledTwice]},
		{Name: "sending/stack", Of: "specimen/exact",
			Change: "what is held up leaves in reverse order", new: as[stalledReversed]},
		{Name: "sending/pong-too-long", Of: "specimen/exact",
			Change: "a Pong of the application's may be of any length", new: as[pongTooLong]},
	}
}

type onePongKept struct{ exact }

func (x *onePongKept) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	newest := true
	for i := len(x.stalled) - 1; i >= 0; i-- {
		if x.stalled[i].Opcode == frame.Pong {
			if !newest {
				x.stalled = slices.Delete(x.stalled, i, i+1)
			}
			newest = false
		}
	}
}

type halfDuplex struct{ exact }

func (x *halfDuplex) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind != model.MsgSend || !x.state.InMessage || x.phase != isOpen {
		x.exact.step(s, ev, out)
	}
}

type emptyUnsent struct{ exact }

func (x *emptyUnsent) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind != model.MsgSend || ev.Data != "" || x.phase != isOpen {
		x.exact.step(s, ev, out)
	}
}

type messageLongForm struct{ exact }

func (x *messageLongForm) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	if f := x.lastWritten(); ev.Kind == model.MsgSend && len(f.Data) > frame.MaxControl {
		f.Long = 64
	}
}

type compressedFlagShared struct {
	deflating
	compressed bool // the peer's message under way is compressed
}

func (d *compressedFlagShared) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		d.compressed = f.RSV != 0
	}
	return d.deflating.assembleMessage(f, data)
}

func (d *compressedFlagShared) answerPing(data string) {
	d.deflating.answerPing(data)
	if d.state.InMessage && d.compressed {
		d.lastWritten().RSV = frame.RSV1
	}
}

type closeUnmasked struct{ exact }

func (x *closeUnmasked) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	for i := range out.Frames {
		f := &out.Frames[i]
		f.WrongMask = f.Opcode == frame.Close && x.role == model.Client
	}
}

type finShared struct{ exact }

func (x *finShared) callPing(id pingID, ev *model.Event) {
	x.exact.callPing(id, ev)
	if f := x.lastWritten(); f.Opcode == frame.Ping {
		f.NoFin = x.state.InMessage
	}
}

type nulEndsMessage struct{ exact }

func (x *nulEndsMessage) step(s side, ev *model.Event, out *model.Outcome) {
	x.exact.step(s, ev, out)
	if f := x.lastWritten(); ev.Kind == model.MsgSend {
		f.Data, _, _ = strings.Cut(f.Data, "\x00")
	}
}

type stalledTwice struct{ exact }

func (x *stalledTwice) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Resume && len(x.stalled) > 0 {
		x.stalled = slices.Insert(x.stalled, 0, x.stalled[0])
	}
	x.exact.step(s, ev, out)
}

type stalledReversed struct{ exact }

func (x *stalledReversed) step(s side, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Resume {
		slices.Reverse(x.stalled)
	}
	x.exact.step(s, ev, out)
}

type pongTooLong struct{ exact }

func (x *pongTooLong) step(s side, ev *model.Event, out *model.Outcome) {
	if x.exact.step(s, ev, out); ev.Kind == model.SendPong && out.Err == model.ErrTooLong {
		out.Err = 0
		x.writeFrame(frame.Pong, ev.Data)
	}
}
