package nightly

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// storeNewInputs adds the inputs that the engines of a target kept to the store, and gives each
// engine those of the others. fresh counts the new ones of Go's engine.
func (n *night) storeNewInputs(t *builtTarget) (fresh int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	native, err := readInputs(filepath.Join(n.nativeFolder(t), t.Name))
	if err != nil {
		return 0, err
	}
	raw, err := readInputs(filepath.Join(n.turboFolder(t), "entries"))
	if err != nil {
		return 0, err
	}
	var inputs []store.Input
	add := func(in format.Input, engine Kind) {
		if id := store.Sum(in.Data); !t.stored[id] {
			t.stored[id] = true
			inputs = append(inputs, store.Input{Data: in.Data, Run: n.state.ID,
				Origin: store.Origin{Target: t.String(), Kind: store.Found, Form: in.Form, Engine: string(engine)}})
			if engine == Native {
				fresh++
			}
		}
	}
	for _, in := range raw {
		add(format.Input{Form: format.Raw, Data: in}, Turbo)
	}
	for _, file := range native {
		if in, err := goFormat.Decode(file); err == nil { // a file that a kill cut off is no input: the engine ignores it, too
			add(in, Native)
		}
	}
	if len(inputs) == 0 {
		return 0, nil
	}
	_, err = n.local.AddAll(n.ctx, func(yield func(store.Input, error) bool) {
		for _, in := range inputs {
			if !yield(in, nil) {
				return
			}
		}
	})
	if err != nil {
		for _, in := range inputs {
			delete(t.stored, store.Sum(in.Data))
		}
		return 0, fmt.Errorf("store new inputs: %w", err)
	}
	for _, in := range inputs {
		if err := n.seedEngines(t, format.Input{Form: in.Origin.Form, Data: in.Data}); err != nil {
			return 0, err
		}
	}
	return fresh, nil
}

// maxGiven is how many entries of the store Go's engine begins with. It runs all of them
// whenever it starts: 0.3 ms each for a simple target, 10 ms for a fuzz.Tracker.
const maxGiven = 1000

// seedEngines gives an input to all engines of a target, as one to begin with.
func (n *night) seedEngines(t *builtTarget, in format.Input) error {
	if err := n.seedTurbo(t, in); err != nil {
		return err
	}
	if there, err := os.ReadDir(filepath.Join(n.nativeFolder(t), t.Name)); err == nil && len(there) >= maxGiven {
		return nil
	}
	return n.seedNative(t, in)
}

func (n *night) seedTurbo(t *builtTarget, in format.Input) error {
	if t.binaries[Turbo] == "" || in.Form == format.Args {
		return nil
	}
	return writeInputAs(filepath.Join(n.turboFolder(t), "entries", store.Sum(in.Data).String()), in.Data)
}

func (n *night) seedNative(t *builtTarget, in format.Input) error {
	file, err := encodeInput(in)
	if err != nil {
		return err
	}
	if t.seen[inputName(file)] {
		return nil // it fails
	}
	return writeInput(filepath.Join(n.nativeFolder(t), t.Name), file)
}
