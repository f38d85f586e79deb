package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/concurrent"
)

// racingToy is the toy for many goroutines; change, if it is set, spoils it.
func racingToy(change func(t *toy, ep *Endpoint)) *model.Implementation {
	open := func(h *Host) (Endpoint, error) {
		ep, t, err := newToy(h)
		if err == nil && change != nil {
			change(t, &ep)
		}
		return ep, err
	}
	return &model.Implementation{
		Name: "toy",
		Info: model.Info{
			Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Close, model.PeerClose),
			Sees:  model.SeesAll,
			Roles: model.BothRoles,
			Given: true,
		},
		Around: Bubble, Race: Race(open), Rest: Rest,
	}
}

func atOnce(t *testing.T, impl *model.Implementation) *props.Result {
	t.Helper()
	exact, _ := model.FindProfile("exact")
	r, err := props.RunConcurrent(t.Context(), exact, impl, props.Options{N: 100, Tries: 100})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheToyIsRightAtOnce(t *testing.T) {
	r := atOnce(t, racingToy(nil))
	for i := range r.Findings {
		t.Errorf("%s", &r.Findings[i])
	}
	if r.Undecided != 0 {
		t.Errorf("%d undecided", r.Undecided)
	}
}

// python-websockets #1190: after the write the entry is looked up again, and gone.
func TestARaceBehindAnEndpointIsFound(t *testing.T) {
	r := atOnce(t, racingToy(func(y *toy, ep *Endpoint) {
		ep.Ping = func(ctx context.Context, p []byte) error {
			y.mu.Lock()
			if _, taken := y.pings[string(p)]; taken {
				y.mu.Unlock()
				return errDuplicate
			}
			y.pings[string(p)] = make(chan struct{})
			y.mu.Unlock()
			if err := y.write(9, p); err != nil {
				return err
			}
			y.mu.Lock()
			pong, ok := y.pings[string(p)]
			y.mu.Unlock()
			if !ok {
				panic(fmt.Errorf("no entry %x", p))
			}
			select {
			case <-pong:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			case <-y.Done():
				return errDuplicate
			}
		}
	}))
	found := ""
	for i := range r.Findings {
		if f := &r.Findings[i]; strings.HasPrefix(f.Class(), "crash ") {
			_, ops, _ := strings.Cut(f.Shrunk.String(), "ping")
			found = "ping" + ops
		}
	}
	if found != "ping 61\npong $1\n" {
		t.Errorf("found %q in %d findings", found, len(r.Findings))
	}
}

// The schedule of a real endpoint repeats, too: it has goroutines of its own, but
// where they meet is in the hands of the seed.
func TestSchedulesOfABubbleRepeat(t *testing.T) {
	impl := racingToy(nil)
	tr, err := text.ParseString(model.Version + "\nconfig seed=7\nping 61\nping 62\npong 61\ncancel 2\nrecv-ping 70\nsettle\nping 61\nclose\npong 61\n")
	if err != nil {
		t.Fatal(err)
	}
	first := ""
	for range 20 {
		h, err := concurrent.Run(impl, tr.Trace(), false)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = h.String()
		}
		if h.String() != first {
			t.Fatalf("once\n%s\nand then\n%s", first, h)
		}
	}
}

func TestWhatDoesNotOpenIsNotRaced(t *testing.T) {
	impl := racingToy(nil)
	impl.Info.Keeps = true
	config := model.Config{Interval: 1}
	if _, err := concurrent.Run(impl, &model.Trace{Config: config}, false); err == nil || !strings.Contains(err.Error(), "toy cannot have this configuration") {
		t.Errorf("got %v", err)
	}
}

func TestASetupErrorIsNoFlaw(t *testing.T) {
	impl := racingToy(nil)
	impl.Race = Race(func(*Host) (Endpoint, error) { return Endpoint{}, io.ErrNoProgress })
	h, err := concurrent.Run(impl, new(model.Trace), false)
	if h != nil || !errors.Is(err, io.ErrNoProgress) || !errors.As(err, new(*model.SetupError)) {
		t.Errorf("history %v, error %v", h, err)
	}
}
