//go:build unix

// Package storetest tests a store with many processes that write, drop, collect and
// synchronise at the same time. Half of them are killed at a random moment.
package storetest

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// A Fleet runs processes on one store. Each is this test binary again: see [Main].
type Fleet struct {
	Where, Copy string        // the store, and the one that is synchronised from it; Main's open reads both
	Writers     int           // number of writers; a pruner, two collectors and a synchroniser run besides
	Life        time.Duration // the longest life of a process; half of them end in a kill
	Lasts       time.Duration // the shortest run; it lasts up to ten times as long until enough happened
	Flaky       bool          // a step may fail, because the network does
	Enough      func() bool   // reports whether enough happened besides kills, adds and drops; may be nil
}

// Promises records what the processes of a Fleet said: what was added, and what was about to be
// dropped.
type Promises struct {
	mu      sync.Mutex
	added   map[store.ID]store.Kind
	dropped map[store.ID]bool
	killed  int
}

// Run lets the fleet work, and returns the promises that its processes got.
func (f *Fleet) Run(t *testing.T) *Promises {
	t.Helper()
	p := &Promises{added: map[store.ID]store.Kind{}, dropped: map[store.ID]bool{}}
	roles := []string{"prune", "collect", "collect", "sync"}
	for range f.Writers {
		roles = append(roles, "write")
	}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	begin := time.Now()
	for i, role := range roles {
		group.Go(func() { f.keepRole(ctx, t, p, role, uint64(i), begin) })
	}
	for time.Since(begin) < f.Lasts || !f.enoughHappened(p) {
		if time.Since(begin) > 10*f.Lasts {
			t.Errorf("too little happened: %v", p)
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	group.Wait()
	return p
}

func (f *Fleet) enoughHappened(p *Promises) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.killed >= 10 && len(p.added) >= 100 && len(p.dropped) >= 10 && (f.Enough == nil || f.Enough())
}

// writersAhead reports whether the writers should pause until the pruner has had its turn; it
// drops one entry in twenty. Each new process reads the whole store. If the store grew without
// bound, no process on a busy machine would live long enough to drop anything.
func (p *Promises) writersAhead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.added) >= 500+20*len(p.dropped)
}

// keepRole runs processes in one role, one after the other, until ctx is done. They live longer if
// not enough happens.
func (f *Fleet) keepRole(ctx context.Context, t *testing.T, p *Promises, role string, seed uint64, begin time.Time) {
	r := rand.New(rand.NewPCG(seed, 1))
	for ctx.Err() == nil {
		if role == "write" && p.writersAhead() {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		seed += 1000
		life := f.Life/20 + time.Duration(r.Int64N(int64(f.Life)))
		life *= max(1, time.Since(begin)/f.Lasts)
		if err := f.runProcess(ctx, p, player{role: role, seed: seed, flaky: f.Flaky}, life, r.IntN(2) == 0); err != nil {
			t.Errorf("%s: %v", role, err)
			return
		}
	}
}

// runProcess runs one process for its life, then kills it or closes its input.
func (f *Fleet) runProcess(ctx context.Context, p *Promises, as player, life time.Duration, kill bool) error {
	cmd := exec.Command(os.Args[0], f.Where, f.Copy)
	cmd.Env = append(os.Environ(), playerVar+"="+as.String())
	cmd.Stderr = os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ctx, ended := context.WithTimeout(ctx, life)
	defer context.AfterFunc(ctx, func() {
		if kill {
			cmd.Process.Signal(syscall.SIGKILL)
		} else {
			in.Close()
		}
	})()
	defer ended()
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // the end, or a line that was cut by the kill
		}
		if err := p.recordLine(line); err != nil {
			return err
		}
	}
	if err := cmd.Wait(); err != nil && !kill {
		return err
	}
	if kill {
		p.mu.Lock()
		p.killed++
		p.mu.Unlock()
	}
	return nil
}

func (p *Promises) recordLine(line string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := strings.Fields(line)
	id, err := store.ParseID(words[len(words)-1])
	switch {
	case err != nil:
		return fmt.Errorf("it said %q", line)
	case words[0] == "drop":
		p.dropped[id] = true
	case !p.added[id].Pinned():
		p.added[id] = store.Kind(words[1])
	}
	return nil
}

// Settle checks what a fleet left: the store is sound and keeps its promises, a copy of it does
// too, and collecting everything dead changes nothing.
func (p *Promises) Settle(t *testing.T, s, copied *store.Store) {
	t.Helper()
	check, err := s.Verify(t.Context())
	if err != nil || len(check.Problems) > 0 {
		t.Fatalf("not sound: %+v, %v", check, err)
	}
	t.Logf("%v; %+v", p, *check)
	p.checkKept(t, s)
	if _, err := store.Sync(t.Context(), copied, s); err != nil {
		t.Fatal(err)
	}
	p.checkKept(t, copied)
	for range 2 {
		if _, err := s.GC(t.Context(), 0, -1); err != nil {
			t.Fatal(err)
		}
		p.checkKept(t, s)
	}
	for _, s := range []*store.Store{s, copied} {
		if check, err := s.Verify(t.Context()); err != nil || len(check.Problems) > 0 {
			t.Errorf("not sound: %+v, %v", check, err)
		}
	}
}

// checkKept checks a store against the promises. An added entry is there unless somebody was about
// to drop it. A pinned entry is always there.
func (p *Promises) checkKept(t *testing.T, s *store.Store) {
	t.Helper()
	in := map[store.ID]bool{}
	for e, err := range s.Entries(t.Context(), store.Filter{}) {
		if err != nil {
			t.Error(err)
		}
		in[e.ID] = true
	}
	for id, kind := range p.added {
		if !in[id] && (kind.Pinned() || !p.dropped[id]) {
			t.Errorf("%s %s was promised and is not there", kind, id)
		}
	}
}

// String returns the counts.
func (p *Promises) String() string {
	return fmt.Sprintf("killed %d, promised %d, asked to drop %d", p.killed, len(p.added), len(p.dropped))
}
