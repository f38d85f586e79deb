//go:build unix

package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// The processes of the test are this test binary: which of them, is in the environment.
const (
	roleVar = "PONGCHECK_REMOTE_ROLE"
	seedVar = "PONGCHECK_REMOTE_SEED"
	target  = "example.com/m.FuzzX"
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVar)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

// play is the life of a process: until it is killed, or its input ends. It says on
// standard output what it was promised, after that, and what it is about to drop, before.
// The network fails it; it goes on with something else.
func play(role, where, other string) error {
	seed, err := strconv.ParseUint(os.Getenv(seedVar), 10, 64)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadByte() // nothing comes but the end
		stop()
	}()
	var stores [2]*store.Store
	for i, at := range []string{where, other} {
		b, err := Open(ctx, at)
		if err != nil {
			return err
		}
		stores[i] = store.New(b)
	}
	if role == "sync once" {
		_, err := store.Sync(ctx, stores[1], stores[0])
		return err
	}
	s, r := stores[0], rand.New(rand.NewPCG(seed, 0))
	for ctx.Err() == nil {
		switch role {
		case "write":
			write(ctx, s, r, seed)
		case "prune":
			prune(ctx, s, r)
		case "collect":
			s.GC(ctx, r.IntN(50), 30*time.Second)
		case "sync":
			store.Sync(ctx, stores[1], s)
		}
	}
	return nil
}

// write adds one entry or many, of its own or such as others add too.
func write(ctx context.Context, s *store.Store, r *rand.Rand, seed uint64) {
	n := 1
	if r.IntN(10) == 0 {
		n = 40
	}
	inputs := make([]store.Input, n)
	for i := range inputs {
		kind, text := store.Found, fmt.Sprintf("own %d %d", seed, r.Uint64())
		switch r.IntN(8) {
		case 0:
			kind = store.Crash
		case 1, 2:
			text = fmt.Sprintf("shared %d", r.IntN(100))
		}
		inputs[i] = store.Input{Data: []byte(text), Origin: store.Origin{Target: target, Kind: kind}}
	}
	if added, err := s.AddAll(ctx, func(yield func(store.Input, error) bool) {
		for _, in := range inputs {
			if !yield(in, nil) {
				return
			}
		}
	}); err == nil {
		for _, in := range inputs[:added] {
			fmt.Printf("added %s %s\n", in.Origin.Kind, store.Sum(in.Data))
		}
	}
}

func prune(ctx context.Context, s *store.Store, r *rand.Rand) {
	items, err := s.List(ctx, store.Filter{})
	if err != nil {
		return
	}
	var drop []store.ID
	for _, item := range items {
		if !item.Pinned && r.IntN(20) == 0 {
			fmt.Printf("drop %s\n", item.ID)
			drop = append(drop, item.ID)
		}
	}
	s.Drop(ctx, target, store.Why{Reason: "at random"}, drop...)
}

// promises are what the processes said.
type promises struct {
	mu      sync.Mutex
	added   map[store.ID]store.Kind
	dropped map[store.ID]bool
	killed  int
}

func (p *promises) take(t *testing.T, line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := strings.Fields(line)
	id, err := store.ParseID(words[len(words)-1])
	switch {
	case err != nil:
		t.Errorf("said %q", line)
	case words[0] == "drop":
		p.dropped[id] = true
	case !p.added[id].Pinned():
		p.added[id] = store.Kind(words[1])
	}
}

// run starts processes in one role, one after the other, until the time is over. After a
// while each is killed, or ends in peace.
func (p *promises) run(t *testing.T, role string, seed uint64, until time.Time, where, other string) {
	r := rand.New(rand.NewPCG(seed, 1))
	for time.Now().Before(until) {
		seed += 1000
		cmd := exec.Command(os.Args[0], where, other)
		cmd.Env = append(os.Environ(), roleVar+"="+role, fmt.Sprint(seedVar, "=", seed))
		cmd.Stderr = os.Stderr
		in, err1 := cmd.StdinPipe()
		out, err2 := cmd.StdoutPipe()
		if err := errors.Join(err1, err2, cmd.Start()); err != nil {
			t.Error(err)
			return
		}
		kill := r.IntN(2) == 0
		left := min(time.Until(until), time.Duration(500+r.IntN(4000))*time.Millisecond)
		end := time.AfterFunc(left, func() {
			if kill {
				cmd.Process.Signal(syscall.SIGKILL)
			} else {
				in.Close()
			}
		})
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				break // the end, or a line that was cut by the kill
			}
			p.take(t, line)
		}
		err := cmd.Wait()
		end.Stop()
		if kill {
			p.mu.Lock()
			p.killed++
			p.mu.Unlock()
		} else if err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
}

// kept holds the store against the promises.
func (p *promises) kept(t *testing.T, s *store.Store) {
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

// Writers, a pruner, two collectors and a synchroniser work in one store behind a bad
// network, and half of them are killed at random. What was promised is there, and there is
// nothing to repair. With PONGCHECK_FULL they are sixteen writers, and do so for a minute.
func TestNothingThatWasPromisedIsLost(t *testing.T) {
	lasts, writers := 6*time.Second, 4
	switch {
	case os.Getenv("PONGCHECK_FULL") != "":
		lasts, writers = time.Minute, 16
	case testing.Short():
		t.Skip("starts many processes")
	}
	for name, urls := range map[string]func(t *testing.T, n *network) (string, string){
		"bucket": func(t *testing.T, n *network) (string, string) {
			s := startS3(t, n.before(1))
			return s.url("store"), s.url("copy")
		},
		"registry": func(t *testing.T, n *network) (string, string) {
			s := startRegistry(t, n.before(2))
			return s.url("store"), s.url("copy")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var n network
			where, other := urls(t, &n)
			p := promises{added: map[store.ID]store.Kind{}, dropped: map[store.ID]bool{}}
			roles := []string{"prune", "collect", "collect", "sync"}
			for range writers {
				roles = append(roles, "write")
			}
			until := time.Now().Add(lasts)
			var group sync.WaitGroup
			for i, role := range roles {
				group.Go(func() { p.run(t, role, uint64(i), until, where, other) })
			}
			group.Wait()
			n.calm.Store(true)
			s := store.New(open(t, where))
			c, err := s.Verify(t.Context())
			if err != nil || len(c.Problems) > 0 {
				t.Fatalf("not sound: %+v, %v", c, err)
			}
			p.kept(t, s)
			t.Logf("killed %d, %d requests failed, promised %d, asked to drop %d; %+v", p.killed, n.failed.Load(), len(p.added), len(p.dropped), *c)
			if p.killed < 2 || n.failed.Load() < 10 || len(p.added) < 20 || len(p.dropped) < 1 {
				t.Error("too little happened")
			}

			// The copy becomes the same, and collecting all that is dead changes nothing.
			copied := store.New(open(t, other))
			if _, err := store.Sync(t.Context(), copied, s); err != nil {
				t.Fatal(err)
			}
			p.kept(t, copied)
			for range 2 {
				if _, err := s.GC(t.Context(), 0, -1); err != nil {
					t.Fatal(err)
				}
			}
			p.kept(t, store.New(open(t, where)))
		})
	}
}
