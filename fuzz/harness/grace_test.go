package harness

import (
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props"
)

// openLate opens the toy behind a writer that collects what is written for 100 µs. The toy
// notices a lost connection a second later.
func openLate(h *Host) (Endpoint, error) {
	flush := make(chan []byte, 100)
	ep, _, err := newToy(h, func(t *toy) { t.conn = lateConn{t.Conn, h, flush} })
	if err != nil {
		return ep, err
	}
	h.Go("Flush", func() {
		for {
			select {
			case b := <-flush:
				time.Sleep(100 * time.Microsecond)
				for len(flush) > 0 {
					b = append(b, <-flush...)
				}
				h.Conn.Write(b)
			case <-h.Done():
				return
			}
		}
	})
	return ep, nil
}

type lateConn struct {
	conn interface {
		Read([]byte) (int, error)
		Close() error
	}
	h     *Host
	flush chan<- []byte
}

func (c lateConn) Read(b []byte) (int, error) {
	n, err := c.conn.Read(b)
	if err != nil {
		time.Sleep(time.Second)
	}
	return n, err
}

func (c lateConn) Write(b []byte) (int, error) {
	c.flush <- append([]byte(nil), b...)
	return len(b), nil
}

func (c lateConn) Close() error { return c.conn.Close() }

func TestALibraryThatWritesByATimerIsRight(t *testing.T) {
	for _, c := range []struct {
		ops, last string
	}{
		{"recv-ping 61\nsettle\n", "settle\n  > pong 61 @100µs\n  rested 1ms\n"},
		{"ping 61\ndrop\nsettle\n", "settle\n  1 error closed EOF @1s\n  closed @1s\n  rested 1s\n"},
	} {
		tr, err := text.ParseString(model.Version + "\n" + c.ops)
		if err != nil {
			t.Fatal(err)
		}
		checker := model.NewChecker(model.RFC(), lateToy().Info)
		checker.Record = true
		r := checker.RunIn(lateToy(), tr.Trace())
		if r.Failure() != nil || !strings.Contains(r.Transcript.String(), c.last) {
			t.Errorf("%s, want\n%s\nin\n%s", r.Verdict, c.last, r.Transcript)
		}
	}
}

func lateToy() *model.Implementation {
	impl := racingToy(nil)
	impl.Info.Can |= model.KindsOf(model.Advance, model.Settle, model.Drop, model.Msg)
	impl.New, impl.Race = Subject(openLate), Race(openLate)
	return impl
}

// The same from many goroutines at once: nothing stays undecided for want of time.
func TestALibraryThatWritesByATimerIsRightAtOnce(t *testing.T) {
	exact, _ := model.FindProfile("exact")
	r, err := props.RunConcurrent(t.Context(), exact, lateToy(), props.Options{N: 100, Tries: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Findings {
		t.Errorf("%s", &r.Findings[i])
	}
	if r.Undecided > 10 {
		t.Errorf("%d of %d histories are undecided", r.Undecided, 2*r.Traces)
	}
}
