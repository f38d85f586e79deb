package specimen

import (
	"errors"
	"testing"
	"time"
)

func TestFutureEndsOnce(t *testing.T) {
	ways := map[string]func(*Future) bool{
		"completed": func(f *Future) bool { return f.Complete(time.Second) == nil },
		"failed":    func(f *Future) bool { return f.fail() == nil },
		"cancelled": func(f *Future) bool { return f.Cancel() },
	}
	for first, end := range ways {
		for second, again := range ways {
			var f Future
			if f.Done() {
				t.Error("a fresh Future is done")
			}
			if !end(&f) || !f.Done() {
				t.Errorf("a pending Future cannot be %s", first)
			}
			state := f.state
			if again(&f) || f.state != state {
				t.Errorf("a Future was %s although it had been %s", second, first)
			}
		}
	}
}

func TestFutureNamesTheMistake(t *testing.T) {
	var f Future
	f.Cancel()
	if err := f.Complete(0); !errors.Is(err, errInvalidState) || err.Error() != "invalid state" {
		t.Errorf("completing a cancelled Future: got %v", err)
	}
	if err := f.fail(); !errors.Is(err, errInvalidState) {
		t.Errorf("failing a cancelled Future: got %v", err)
	}
}
