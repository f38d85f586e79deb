package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind model.ErrKind
		name string
	}{
		{fmt.Errorf("read: %w", io.EOF), model.ErrClosed, "EOF"},
		{&net.OpError{Op: "write", Net: "tcp", Err: net.ErrClosed}, model.ErrClosed, net.ErrClosed.Error()},
		{fmt.Errorf("ping: %w", context.Canceled), model.ErrCancelled, "context canceled"},
		{context.DeadlineExceeded, model.ErrTimeout, "context deadline exceeded"},
		{os.ErrDeadlineExceeded, model.ErrTimeout, "i/o timeout"},
		{errors.New(strings.Repeat("x", 100)), model.ErrOther, strings.Repeat("x", 60)},
	} {
		if kind, name := KindOf(c.err); kind != c.kind || name != c.name {
			t.Errorf("%v: got %v %q, want %v %q", c.err, kind, name, c.kind, c.name)
		}
	}
}

// A Ping belongs to the oldest call that waits for its payload, else to the oldest
// that left the payload to the library, else to none.
func TestPingsFindTheirCalls(t *testing.T) {
	h := newHost(model.Config{})
	for i, c := range []call{{payload: "a"}, {chosen: true}, {payload: "b"}, {payload: "a"}, {chosen: true}} {
		c.n = i + 1
		h.unsent = append(h.unsent, &c)
		h.calls = append(h.calls, &c)
	}
	want := []int{3, 1, 2, 4, 5, 0}
	for i, payload := range []string{"b", "a", "c", "a", "a", "a"} {
		before := slices.Clone(h.unsent)
		h.markSent(payload)
		got := 0
		for _, c := range before {
			if c.sent {
				got = c.n
			}
		}
		if got != want[i] {
			t.Errorf("Ping %d, %q, is of call %d, want %d", i, payload, got, want[i])
		}
	}
}
