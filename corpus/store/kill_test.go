//go:build unix

package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	gosync "sync"
	"syscall"
	"testing"
	"time"
)

// The processes of the test are this test binary: which of them, is in the environment.
const (
	roleVar = "PONGCHECK_STORE_ROLE"
	seedVar = "PONGCHECK_STORE_SEED"
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVar)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

// play is the life of a process: until it is killed, or its input ends. It says on
// standard output what it has been promised, after that, and what it is about to drop, before.
func play(role string, folders []string) error {
	var stores []*Store
	for _, at := range folders {
		f, err := OpenFolder(at)
		if err != nil {
			return err
		}
		stores = append(stores, New(f))
	}
	seed, err := strconv.ParseUint(os.Getenv(seedVar), 10, 64)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(seed, 0))
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadByte() // nothing comes but the end
		stop()
	}()
	step := map[string]func() error{
		"write":   func() error { return write(ctx, stores[0], r, seed) },
		"prune":   func() error { return prune(ctx, stores[0], r) },
		"collect": func() error { return tidy(ctx, stores[0], r) },
		"sync": func() error {
			_, err := Sync(ctx, stores[1], stores[0])
			return err
		},
	}[role]
	for ctx.Err() == nil {
		if err := step(); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// write adds one entry or many, of its own or such as others add too.
func write(ctx context.Context, s *Store, r *rand.Rand, seed uint64) error {
	inputs := make([]Input, 1)
	if r.IntN(10) == 0 {
		inputs = make([]Input, 40)
	}
	for i := range inputs {
		inputs[i] = found(fmt.Sprintf("own %d %d", seed, r.Uint64()))
		switch r.IntN(8) {
		case 0:
			inputs[i] = of(Crash, fmt.Sprintf("crash %d %d", seed, r.Uint64()))
		case 1, 2:
			inputs[i] = found(fmt.Sprintf("shared %d", r.IntN(100)))
		}
	}
	if len(inputs) == 1 {
		if _, err := s.Add(ctx, inputs[0]); err != nil {
			return err
		}
	} else if _, err := s.AddAll(ctx, func(yield func(Input, error) bool) {
		for _, in := range inputs {
			if !yield(in, nil) {
				return
			}
		}
	}); err != nil {
		return err
	}
	for _, in := range inputs {
		fmt.Printf("added %s %s\n", in.Origin.Kind, Sum(in.Data))
	}
	return nil
}

func prune(ctx context.Context, s *Store, r *rand.Rand) error {
	items, err := s.List(ctx, Filter{})
	if err != nil {
		return err
	}
	var drop []ID
	for _, item := range items {
		if !item.Pinned && r.IntN(20) == 0 {
			fmt.Printf("drop %s\n", item.ID)
			drop = append(drop, item.ID)
		}
	}
	err = s.Drop(ctx, target, Why{Reason: "at random"}, drop...)
	if errors.Is(err, ErrPinned) {
		return nil // it was found to crash meanwhile
	}
	return err
}

// tidy collects. The age is longer than a write on the busiest of machines.
func tidy(ctx context.Context, s *Store, r *rand.Rand) error {
	if r.IntN(3) == 0 {
		_, err := s.Verify(ctx)
		return err
	}
	_, err := s.GC(ctx, r.IntN(50), 20*time.Second)
	return err
}

// promises are what the processes said.
type promises struct {
	mu      gosync.Mutex
	added   map[ID]Kind
	dropped map[ID]bool
}

func (p *promises) take(t *testing.T, line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := strings.Fields(line)
	id, err := ParseID(words[len(words)-1])
	switch {
	case err != nil:
		t.Errorf("said %q", line)
	case words[0] == "added":
		p.added[id] = Kind(words[1])
	case words[0] == "drop":
		p.dropped[id] = true
	}
}

// run starts processes in one role, one after the other, until the time is over. After a
// while each is killed, or ends in peace.
func (p *promises) run(t *testing.T, role string, seed uint64, until time.Time, folders ...string) (killed int) {
	r := rand.New(rand.NewPCG(seed, 1))
	for time.Now().Before(until) {
		cmd := exec.Command(os.Args[0], folders...)
		seed += 1000
		cmd.Env = append(os.Environ(), roleVar+"="+role, fmt.Sprint(seedVar, "=", seed))
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Error(err)
			return killed
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Error(err)
			return killed
		}
		if err := cmd.Start(); err != nil {
			t.Error(err)
			return killed
		}
		kill := r.IntN(2) == 0
		left := min(time.Until(until), time.Duration(50+r.IntN(2000))*time.Millisecond)
		end := time.AfterFunc(left, func() {
			if kill {
				cmd.Process.Signal(syscall.SIGKILL)
			} else {
				in.Close()
			}
		})
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				break // the end, or a line that was cut by the kill
			}
			p.take(t, line)
		}
		err = cmd.Wait()
		end.Stop()
		if kill {
			killed++
		}
		if err != nil && !kill {
			t.Errorf("%s: %v", role, err)
		}
	}
	return killed
}

// Sixteen writers, a pruner, two collectors and a synchroniser work in one folder, and
// are killed at random. What was promised is there, and there is nothing to repair. With
// PONGCHECK_FULL they do so for a minute.
func TestNothingThatWasPromisedIsLostInAKill(t *testing.T) {
	lasts := 3 * time.Second
	switch {
	case os.Getenv("PONGCHECK_FULL") != "":
		lasts = time.Minute
	case testing.Short():
		t.Skip("starts many processes")
	}
	at, copied := filepath.Join(t.TempDir(), "store"), filepath.Join(t.TempDir(), "copy")
	p := promises{added: map[ID]Kind{}, dropped: map[ID]bool{}}
	until := time.Now().Add(lasts)
	var group gosync.WaitGroup
	kills := make([]int, 20)
	for i := range kills {
		role := "write"
		switch i {
		case 16:
			role = "prune"
		case 17, 18:
			role = "collect"
		case 19:
			role = "sync"
		}
		group.Go(func() { kills[i] = p.run(t, role, uint64(i), until, at, copied) })
	}
	group.Wait()
	killed := 0
	for _, n := range kills {
		killed += n
	}

	f := folder(t, at)
	s := New(f)
	c := isSound(t, s)
	p.kept(t, s)
	t.Logf("killed %d, promised %d, asked to drop %d; %+v", killed, len(p.added), len(p.dropped), *c)
	if killed < 10 || len(p.added) < 100 || len(p.dropped) < 10 {
		t.Errorf("too little happened")
	}

	// The copy becomes the same, and collecting all that is dead changes nothing.
	other := New(folder(t, copied))
	union(t, other, s)
	p.kept(t, other)
	collect(t, s, -1)
	collect(t, s, -1)
	p.kept(t, New(f))
	isSound(t, New(f))
	isSound(t, other)
}

// kept holds the store against the promises.
func (p *promises) kept(t *testing.T, s *Store) {
	t.Helper()
	in := map[ID]bool{}
	for e, err := range s.Entries(t.Context(), Filter{}) {
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
