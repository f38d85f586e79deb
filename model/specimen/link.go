package specimen

import (
	"time"
	"unsafe"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// link is a specimen's end of the connection, below WebSocket. Frames leave in order, or stall.
// The connection can be half closed, closed and lost. The specimen notices at the end of the event
// that it is lost, as an event loop would.
type link struct {
	out     *model.Outcome // the outcome of the current event
	role    model.Role
	cut     int
	now     time.Duration // since Open
	passing bool          // time passes, so outcomes say when they happened

	blocked    bool
	stalled    []model.Frame // frames written while writes stall
	stalledEOF bool

	ended   bool // the end of our stream was written
	silent  bool // what is written does not reach the wire any more
	leaving bool // nothing is read any more; lost once all frames have left
	gone    bool // lost, or lost at the end of this event
	losing  bool // lost at the end of this event
	broken  bool // lost with an error

	owned   []byte // bytes of strings that live until the next Open
	scratch []byte // what the peer sends
	joined  int    // how many bytes of scratch wait for those of the next event
}

func (l *link) reset(cfg *model.Config) {
	*l = link{role: cfg.Role, cut: cfg.Cut, stalled: l.stalled[:0], owned: l.owned[:0], scratch: l.scratch[:0]}
}

// at returns the time of an outcome, while time passes.
func (l *link) at() time.Duration {
	if l.passing {
		return l.now
	}
	return 0
}

// copyBytes copies b to memory that lives until the next Open.
func (l *link) copyBytes(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	from := len(l.owned)
	l.owned = append(l.owned, b...)
	return unsafe.String(&l.owned[from], len(b))
}

func (l *link) writeFrame(op frame.Opcode, data string) {
	to := &l.out.Frames
	switch {
	case l.gone || l.silent:
		return
	case l.blocked:
		to = &l.stalled
	}
	*to = append(*to, model.Frame{})
	f := &(*to)[len(*to)-1]
	f.Opcode, f.Data, f.At = op, data, l.at()
}

// showResolution shows how a waiter ended.
func (l *link) showResolution(id pingID, how model.How) *model.Resolution {
	l.out.Resolutions = append(l.out.Resolutions, model.Resolution{})
	r := &l.out.Resolutions[len(l.out.Resolutions)-1]
	r.N, r.Keep, r.How, r.At = int(id.n), id.keep, how, l.at()
	return r
}

// refuseCall shows that a call to ping failed.
func (l *link) refuseCall(id pingID, kind model.ErrKind, name string) {
	r := l.showResolution(id, model.Refused)
	r.Err, r.Name = kind, name
}

// closePayload returns the payload of a Close, in memory that lives until the next Open.
func (l *link) closePayload(code frame.CloseCode, reason string) string {
	from := len(l.owned)
	l.owned = frame.AppendClose(l.owned, code, reason)
	return unsafe.String(&l.owned[from], len(l.owned)-from)
}

// endSending ends our direction.
func (l *link) endSending() {
	switch {
	case l.leaving || l.ended:
	case l.blocked:
		l.ended, l.stalledEOF = true, true
	default:
		l.ended = true
		l.sendEOF()
	}
}

func (l *link) sendEOF() {
	if !l.silent {
		l.silent, l.out.WroteEOF, l.out.EOFAt = true, true, l.at()
	}
}

func (l *link) blockWrites() { l.blocked = l.blocked || !l.gone }

// resumeWrites lets writes go on. It reports whether they had stalled.
func (l *link) resumeWrites() bool {
	if !l.blocked || l.gone {
		return false
	}
	l.blocked = false
	if !l.silent {
		for _, f := range l.stalled {
			l.writeFrame(f.Opcode, f.Data)
		}
	}
	if l.stalledEOF {
		l.sendEOF()
	}
	l.stalled, l.stalledEOF = l.stalled[:0], false
	if l.leaving {
		l.gone, l.losing = true, true
	}
	return true
}

// closeTransport closes the connection once every frame has left.
func (l *link) closeTransport() {
	if l.leaving {
		return
	}
	l.leaving = true
	if !l.blocked {
		l.gone, l.losing = true, true
	}
}

// abortTransport closes the connection and discards frames that have not left.
func (l *link) abortTransport() {
	if l.gone {
		return
	}
	l.stalled, l.stalledEOF = l.stalled[:0], false
	l.leaving, l.gone, l.losing = true, true, true
}

// dropTransport breaks the transport in both directions.
func (l *link) dropTransport() {
	l.broken = l.broken || !l.gone
	l.silent = true
	l.abortTransport()
}

// showLost shows that the connection is lost.
func (l *link) showLost() {
	l.losing = false
	l.sendEOF()
	l.out.Closed, l.out.ClosedAt = true, l.at()
}

// encode returns the bytes that come in one read when the peer does ev.
func (l *link) encode(ev *model.Event) []byte {
	b := l.scratch[:l.joined]
	switch {
	case ev.Z: // unsupported
	case ev.Kind == model.Raw:
		b = append(b, ev.Data...)
	default:
		h, data := model.PeerFrame(ev, l.role)
		b = frame.Append(b, h, unsafe.Slice(unsafe.StringData(data), len(data)))
	}
	l.scratch, l.joined = b, 0
	if ev.Join {
		l.joined = len(b)
		return nil
	}
	return b
}

// samePayload returns a == b. It is fast for payloads that differ, which mostly differ in their
// last bytes.
func samePayload(a, b string) bool {
	n := len(a)
	return n == len(b) && (n == 0 || a[n-1] == b[n-1] && a == b)
}
