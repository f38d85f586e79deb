//go:build unix

package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// playerVar is the environment variable that gives a process its role.
const (
	playerVar = "PONGCHECK_STORE_PLAYER"
	target    = "example.com/m.FuzzX"
)

// A player is one process of a fleet.
type player struct {
	role  string
	seed  uint64
	flaky bool
}

func (p player) String() string { return fmt.Sprint(p.role, " ", p.seed, " ", p.flaky) }

// Main is the TestMain of a package that runs a Fleet. It runs the tests, or, in a process of the
// fleet, the role of that process. open opens the stores.
func Main[B store.Backend](m *testing.M, open func(ctx context.Context, where string) (B, error)) {
	as := os.Getenv(playerVar)
	if as == "" {
		os.Exit(m.Run())
	}
	var p player
	_, err := fmt.Sscan(as, &p.role, &p.seed, &p.flaky)
	if err == nil {
		err = playRole(p, open, os.Args[1], os.Args[2])
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v: %v\n", p, err)
		os.Exit(1)
	}
}

// playRole works in a role until the process is killed or its input ends. It prints a promise
// after the store gave it, and a drop before it asks for it.
func playRole[B store.Backend](p player, open func(ctx context.Context, where string) (B, error), where, other string) error {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadByte() // nothing comes but the end
		stop()
	}()
	var stores [2]*store.Store
	for i, at := range []string{where, other} {
		b, err := open(ctx, at)
		if err != nil {
			return err
		}
		stores[i] = store.New(b)
	}
	s, r := stores[0], rand.New(rand.NewPCG(p.seed, 0))
	step := map[string]func() error{
		"write":   func() error { return addSome(ctx, s, r, p.seed) },
		"prune":   func() error { return dropSome(ctx, s, r) },
		"collect": func() error { return collectOrVerify(ctx, s, r) },
		"sync":    func() error { return syncStores(ctx, stores[1], s) },
	}[p.role]
	if p.role == "once" {
		return syncStores(ctx, stores[1], s)
	}
	for ctx.Err() == nil {
		if err := step(); err != nil && ctx.Err() == nil && !p.flaky {
			return err
		}
	}
	return nil
}

// addSome adds one entry or forty. Some of them other processes add too.
func addSome(ctx context.Context, s *store.Store, r *rand.Rand, seed uint64) error {
	inputs := make([]store.Input, 1)
	if r.IntN(10) == 0 {
		inputs = make([]store.Input, 40)
	}
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
	added, err := addInputs(ctx, s, inputs)
	for _, in := range inputs[:added] {
		fmt.Printf("added %s %s\n", in.Origin.Kind, store.Sum(in.Data))
	}
	return err
}

// addInputs adds all inputs or none, and returns how many.
func addInputs(ctx context.Context, s *store.Store, inputs []store.Input) (int, error) {
	var err error
	if len(inputs) == 1 {
		_, err = s.Add(ctx, inputs[0])
	} else {
		_, err = s.AddAll(ctx, func(yield func(store.Input, error) bool) {
			for _, in := range inputs {
				if !yield(in, nil) {
					return
				}
			}
		})
	}
	if err != nil {
		return 0, err
	}
	return len(inputs), nil
}

// dropSome drops one entry in twenty. It does not know what others add or pin meanwhile.
func dropSome(ctx context.Context, s *store.Store, r *rand.Rand) error {
	items, err := s.List(ctx, store.Filter{})
	if err != nil {
		return err
	}
	var drop []store.ID
	for _, item := range items {
		if !item.Pinned && r.IntN(20) == 0 {
			fmt.Printf("drop %s\n", item.ID)
			drop = append(drop, item.ID)
		}
	}
	err = s.Drop(ctx, target, store.DropReason{Reason: "at random"}, drop...)
	if errors.Is(err, store.ErrPinned) {
		return nil // somebody added it as a crash meanwhile
	}
	return err
}

// collectOrVerify collects, or verifies one time in three. The age is longer than a write takes on
// the busiest machine.
func collectOrVerify(ctx context.Context, s *store.Store, r *rand.Rand) error {
	if r.IntN(3) == 0 {
		_, err := s.Verify(ctx)
		return err
	}
	_, err := s.GC(ctx, r.IntN(50), 30*time.Second)
	return err
}

func syncStores(ctx context.Context, dst, src *store.Store) error {
	_, err := store.Sync(ctx, dst, src)
	return err
}

// SyncOnce synchronises two stores in a process of its own. It returns the peak memory of that
// process in bytes.
func SyncOnce(from, to string) (bytes int64, err error) {
	cmd := exec.Command(os.Args[0], from, to)
	cmd.Env = append(os.Environ(), playerVar+"="+player{role: "once"}.String())
	in, err := cmd.StdinPipe() // it ends when this does
	if err != nil {
		return 0, err
	}
	defer in.Close()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024, nil
}
