package nightly

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// collectResults handles the inputs that failed in a slice, and stores the new ones. A file is
// removed only when its input is kept elsewhere, so that after a kill nothing is lost.
func (n *night) collectResults(u *job, s *sliceResult) error {
	var errs []error
	for _, file := range s.failed {
		errs = append(errs, n.handleFailure(u.builtTarget, u.kind, file))
	}
	errs = append(errs, n.collectFailures(u.builtTarget, false))
	u.mu.Lock()
	lost := s.writtenFile != "" && !u.seen[s.writtenFile]
	u.mu.Unlock()
	if lost {
		errs = append(errs, fmt.Errorf("an input failed, but its file %s is not in %s: does the target change its folder?", s.writtenFile, u.Target.seedFolder(u.mirrors[Native])))
	}
	fresh, err := n.storeNewInputs(u.builtTarget)
	if u.kind == Native {
		s.fresh = fresh
	}
	return errors.Join(append(errs, err)...)
}

// collectFailures handles the failing inputs that engines left in their folders, in this
// process or an earlier one. older says that they may be of an older night.
func (n *night) collectFailures(t *builtTarget, older bool) error {
	var errs []error
	for _, kind := range []Kind{Native, Turbo} {
		errs = append(errs, n.collectWritten(t, kind, older))
	}
	for _, kind := range []string{"findings", "died"} {
		folder := filepath.Join(n.turboFolder(t), kind)
		inputs, err := readInputs(folder)
		errs = append(errs, err)
		for name, in := range inputs {
			if err := n.replayFailure(t, Turbo, format.GoFile(in), older); err != nil {
				errs = append(errs, err)
			} else if kind == "findings" || older { // turbo does not run those in died again
				errs = append(errs, removeInput(folder, name))
			}
		}
	}
	return errors.Join(errs...)
}

// collectWritten handles the failing inputs that an engine wrote into testdata of its mirror.
func (n *night) collectWritten(t *builtTarget, kind Kind, older bool) error {
	folder := t.Target.seedFolder(t.mirrors[kind])
	files, err := readInputs(folder)
	ofSources, sourceErr := readInputs(filepath.Join(t.Dir, "testdata", "fuzz", t.Name))
	errs := []error{err, sourceErr}
	for name, file := range files {
		if bytes.Equal(ofSources[name], file) {
			continue
		}
		if err := n.replayFailure(t, kind, file, older); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, removeInput(folder, name))
	}
	return errors.Join(errs...)
}

// removeInput removes an input unless a slice of another engine has just done so.
func removeInput(folder, name string) error {
	if err := os.Remove(filepath.Join(folder, name)); !os.IsNotExist(err) {
		return err
	}
	return nil
}
