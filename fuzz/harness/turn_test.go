package harness

import (
	"testing"
	"testing/synctest"

	"github.com/pongcheck/pongcheck/model"
)

// Who waits for its turn is at rest, and goes on when it comes.
func TestTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn, done := NewTurn(), 0
		give := turn.Take()
		go func() {
			defer turn.Take()()
			done++
		}()
		synctest.Wait()
		if done != 0 {
			t.Error("two had the turn at once")
		}
		give()
		synctest.Wait()
		if done != 1 {
			t.Error("the turn did not come")
		}
	})
}

// The end of a library without a word for it is told when it closes the transport.
func TestClosingConn(t *testing.T) {
	open := func(h *Host) (Endpoint, error) {
		h.Conn = h.ClosingConn()
		h.Speak(new(pairs))
		h.Go("Read", func() {
			_, _ = h.Conn.Read(make([]byte, 3)) // the hello, and then what ends it
			_, _ = h.Conn.Read(make([]byte, 1))
			_ = h.Conn.Close()
		})
		return Endpoint{}, nil
	}
	impl := &model.Implementation{New: Subject(open), Around: Bubble, Info: model.Everything()}
	r, err := model.Check(t.Context(), model.RFC(), impl, parse(t, "eof\nsettle\n").Trace())
	if err != nil || !r.Transcript.Steps[0].Outcome.Closed {
		t.Errorf("got %v\n%s", err, r.Transcript)
	}
}
