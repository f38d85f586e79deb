package harness

import (
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

// pipe is the subject's end of an in-memory connection. It is a full [net.Conn]: deadlines, a
// Close that wakes readers and writers, whole writes in order. It waits with a sync.Cond, so that
// a bubble sees its waits.
type pipe struct {
	mu     sync.Mutex // guards what follows
	change sync.Cond  // signalled at every change of what follows

	unread []byte // what the peer sent and the subject has not read
	cut    int    // the most that one Read returns; 0: no limit

	peerEnded     bool          // the peer ended its sending direction
	writesBlocked bool          // writes wait
	writeQueue    []*queuePlace // writes that wait, oldest first
	broken        bool          // the transport broke: every call fails
	closed        bool          // the subject called Close

	readDeadline, writeDeadline deadline // set by the subject

	onPause func(where string) // called without mu before and after a write, and after a read; or nil
	onWrite func(b []byte)     // called with mu held, in the order of the wire
	onClose func(broken bool)  // called with mu held when the subject calls Close
}

var errBroken = errors.New("connection reset by peer")

func newPipe(cut int) *pipe {
	p := &pipe{cut: cut}
	p.change.L = &p.mu
	return p
}

// Read returns what the peer sent, at most cut bytes at a time.
func (p *pipe) Read(b []byte) (int, error) {
	defer p.pauseAt("read")
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, net.ErrClosed
	}
	for {
		if err := p.callError(&p.readDeadline); err != nil {
			return 0, err
		}
		if len(p.unread) > 0 || len(b) == 0 {
			if p.cut > 0 && len(b) > p.cut {
				b = b[:p.cut]
			}
			n := copy(b, p.unread)
			p.unread = p.unread[n:]
			return n, nil
		}
		if p.peerEnded {
			return 0, io.EOF
		}
		p.change.Wait()
	}
}

// Write hands b to the peer as a whole. While writes are blocked it waits; writes that wait go on
// in the order in which they came.
func (p *pipe) Write(b []byte) (int, error) {
	p.pauseAt("write")
	defer p.pauseAt("written")
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, net.ErrClosed
	}
	if p.writesBlocked || len(p.writeQueue) > 0 {
		if err := p.queueUp(); err != nil {
			return 0, err
		}
	} else if err := p.callError(&p.writeDeadline); err != nil {
		return 0, err
	}
	p.onWrite(b)
	return len(b), nil
}

// pauseAt gives another goroutine the chance to go on first, in a race.
func (p *pipe) pauseAt(where string) {
	p.mu.Lock()
	pause := p.onPause
	p.mu.Unlock()
	if pause != nil {
		pause(where)
	}
}

// queueUp waits for the turn of a write.
func (p *pipe) queueUp() error {
	me := new(queuePlace)
	p.writeQueue = append(p.writeQueue, me)
	defer func() {
		p.writeQueue = slices.DeleteFunc(p.writeQueue, func(w *queuePlace) bool { return w == me })
		p.change.Broadcast()
	}()
	for {
		if err := p.callError(&p.writeDeadline); err != nil {
			return err
		}
		if !p.writesBlocked && p.writeQueue[0] == me {
			return nil
		}
		p.change.Wait()
	}
}

// queuePlace is the place of a write in the queue. It is not empty, so that each has its own
// address.
type queuePlace struct{ _ byte }

// callError returns why a call fails, or nil. If the transport broke, a waiting call fails with
// that reason, even if the subject closed the pipe before the call woke.
func (p *pipe) callError(by *deadline) error {
	switch {
	case p.broken:
		return errBroken
	case p.closed:
		return net.ErrClosed
	case by.hasPassed():
		return os.ErrDeadlineExceeded
	}
	return nil
}

// Close ends both directions. Calling it again is an error.
func (p *pipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	p.closed = true
	p.readDeadline.stopTimer()
	p.writeDeadline.stopTimer()
	p.change.Broadcast()
	p.onClose(p.broken)
	return nil
}

// SetDeadline sets both deadlines.
func (p *pipe) SetDeadline(t time.Time) error {
	return errors.Join(p.SetReadDeadline(t), p.SetWriteDeadline(t))
}

// SetReadDeadline bounds Read, one that waits already included.
func (p *pipe) SetReadDeadline(t time.Time) error { return p.setDeadline(&p.readDeadline, t) }

// SetWriteDeadline bounds Write in the same way.
func (p *pipe) SetWriteDeadline(t time.Time) error { return p.setDeadline(&p.writeDeadline, t) }

func (p *pipe) setDeadline(d *deadline, t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	d.stopTimer()
	d.at = t
	if !t.IsZero() {
		d.timer = time.AfterFunc(time.Until(t), p.wakeAll)
	}
	p.change.Broadcast()
	return nil
}

func (p *pipe) wakeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change.Broadcast()
}

// feedReader lets the peer send the bytes that more appends. They are lost if nobody can read them
// any more.
func (p *pipe) feedReader(more func(b []byte) []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.peerEnded || p.broken || p.closed {
		return
	}
	p.unread = more(p.unread)
	p.change.Broadcast()
}

// setCondition changes a condition of the transport and wakes those who wait.
func (p *pipe) setCondition(condition *bool, to bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*condition = to
	p.change.Broadcast()
}

// LocalAddr returns an address without meaning.
func (p *pipe) LocalAddr() net.Addr { return addr("subject") }

// RemoteAddr returns another one.
func (p *pipe) RemoteAddr() net.Addr { return addr("peer") }

// addr is an end of a pipe.
type addr string

// Network returns "pipe".
func (addr) Network() string { return "pipe" }

// String returns the name of the end.
func (a addr) String() string { return string(a) }

// deadline is a moment, and the timer that wakes the pipe at that moment.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) hasPassed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (d *deadline) stopTimer() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
