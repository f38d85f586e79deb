package nightly

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// pretender traces without a target: an entry reaches its first byte.
type pretender struct {
	wrong map[string]error
	most  int // entries; the next one takes all the time that there is
	ran   []string
}

func (p *pretender) Ahead(context.Context, iter.Seq[format.Input], int) error { return nil }
func (p *pretender) Built() string                                            { return "build" }
func (p *pretender) CPU() time.Duration                                       { return 0 }
func (p *pretender) Close() error                                             { return nil }

func (p *pretender) Trace(ctx context.Context, in format.Input) ([]uint32, uint64, error) {
	if len(p.ran) == p.most*tracings {
		<-ctx.Done()
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	p.ran = append(p.ran, string(in.Data))
	return []uint32{uint32(in.Data[0])}, 1, p.wrong[string(in.Data)]
}

// aWorking is the working set of a target, to be chosen, in a night without binaries.
func aWorking(t *testing.T, entries ...store.Input) *selection {
	t.Helper()
	n := &night{Options: Options{Dir: t.TempDir(), Log: t.Logf}, ctx: t.Context(), local: store.New(&store.Memory{}),
		state: &state{ID: "test", Units: map[string]*tally{}}}
	target := &builtTarget{Target: Target{&Package{Path: "example.com/m"}, "FuzzX"}, binaries: map[Kind]string{Turbo: "turbo"},
		stored: map[store.ID]bool{}, seen: map[string]bool{}}
	w := &selection{night: n, t: target, limit: time.Hour, unfit: map[store.ID]bool{}}
	for _, e := range entries {
		e.Origin.Target, e.Run = target.String(), "test"
		if _, err := n.local.Add(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		target.stored[store.Sum(e.Data)] = true
	}
	items, err := n.local.List(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		if !i.Pinned {
			w.items = append(w.items, i)
		}
	}
	return w
}

func entry(data string, kind store.Kind) store.Input {
	return store.Input{Data: []byte(data), Origin: store.Origin{Kind: kind, Form: format.Raw}}
}

// texts are the entries of an order.
func (w *selection) texts(t *testing.T, order []store.ID) (all []string) {
	t.Helper()
	for _, id := range order {
		data, err := w.local.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	}
	return all
}

// Entries that reach what a shorter one does are not in the working set; what fails is
// given back, and what is pinned is not run. What was traced is not traced again.
func TestWorkingSet(t *testing.T) {
	w := aWorking(t, entry("a", store.Found), entry("aa", store.Found), entry("b", store.Seed), entry("ccc", store.Found),
		entry("dies", store.Found), entry("hangs", store.Found), entry("fits not", store.Found), entry("pinned", store.Crash))
	p := &pretender{most: 100, wrong: map[string]error{"dies": ErrFails, "hangs": fmt.Errorf("%w in 1s", ErrHangs), "fits not": ErrMisfit}}
	failed, ran, err := w.traceAll(p)
	if err != nil {
		t.Fatal(err)
	}
	if all := bytes.Join(failed, nil); len(failed) != 2 || !bytes.Contains(all, []byte("dies")) || !bytes.Contains(all, []byte("hangs")) {
		t.Errorf("failed: %q", failed)
	}
	if want := 4*tracings + 2; ran != want {
		t.Errorf("%d ran, want %d", ran, want)
	}
	in := map[string]bool{}
	for _, text := range w.texts(t, w.rankEntries()) {
		in[text] = true
	}
	if len(in) != 3 || !in["a"] || !in["b"] || !in["ccc"] {
		t.Errorf("the working set is %v", in)
	}

	again := &selection{night: w.night, t: w.t, limit: time.Hour, items: w.items, unfit: map[store.ID]bool{}}
	p = &pretender{most: 100}
	if _, ran, err = again.traceAll(p); err != nil || ran != 3*tracings {
		t.Errorf("%d ran again, %v, want those that were not traced: %q", ran, err, p.ran)
	}
}

// When the time is over, what is not traced comes after what is chosen, and the next night
// traces it.
func TestWorkingSetOfAShortTime(t *testing.T) {
	var entries []store.Input
	for i := range 3 * tracedAtOnce {
		entries = append(entries, entry("x"+string(binary.BigEndian.AppendUint32(nil, uint32(i))), store.Found))
	}
	w := aWorking(t, entries...)
	p := &pretender{most: tracedAtOnce + 7}
	w.limit = time.Second
	if _, ran, err := w.traceAll(p); err != nil || ran != p.most*tracings {
		t.Fatalf("%d ran, %v, want %d", ran, err, p.most*tracings)
	}
	if got, want := len(w.rankEntries()), 1+len(entries)-p.most; got != want {
		t.Errorf("%d in the working set, want one that stands for %d, and the rest: %d", got, p.most, want)
	}
	w.limit = time.Hour
	if _, ran, err := w.traceAll(&pretender{most: len(entries)}); err != nil || ran != (len(entries)-p.most)*tracings {
		t.Errorf("%d ran in the next night, %v, want those that are left", ran, err)
	}
	if got := len(w.rankEntries()); got != 1 {
		t.Errorf("%d in the working set, want 1", got)
	}

	w.limit = 0 // nothing more is started
	w.reached = nil
	if err := w.traceEntries(); err != nil || w.reached != nil {
		t.Errorf("traced without a budget: %v", err)
	}
}

// The engines have the working set, Go's no more than it takes, and what only they have.
func TestHandOut(t *testing.T) {
	var entries []store.Input
	for i := range maxGiven + 20 {
		entries = append(entries, entry(fmt.Sprint(i), store.Found))
	}
	w := aWorking(t, entries...)
	var order []store.ID
	for _, i := range w.items[10:] { // the first are covered
		order = append(order, i.ID)
	}
	native, turbo := filepath.Join(w.nativeFolder(w.t), w.t.Name), filepath.Join(w.turboFolder(w.t), "entries")
	covered, err := w.local.Get(t.Context(), w.items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{covered, []byte("new")} { // of the night before
		if err := errors.Join(writeInput(native, format.GoFile(text)), writeInputAs(filepath.Join(turbo, store.Sum(text).String()), text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.installCorpus(order); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]int{native: maxGiven + 1, turbo: len(order) + 1} {
		files, err := readInputs(folder)
		if err != nil || len(files) != want {
			t.Errorf("%d inputs in %s, %v, want %d", len(files), folder, err, want)
		}
	}
	for name, want := range map[string]bool{inputName(format.GoFile(covered)): false, inputName(format.GoFile([]byte("new"))): true} {
		if _, err := os.Stat(filepath.Join(native, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
	last, err := w.local.Get(t.Context(), order[len(order)-1])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(native, inputName(format.GoFile(last)))); !os.IsNotExist(err) {
		t.Errorf("the last of the order is given: %v", err)
	}
}
