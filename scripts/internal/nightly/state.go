package nightly

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
)

// state is what a night remembers after its process ended. It is written after each slice.
type state struct {
	ID      string            `json:"id"`
	Time    time.Time         `json:"time"` // when it began
	Seed    uint64            `json:"seed"`
	Command string            `json:"command"`
	Commit  string            `json:"commit,omitempty"`
	Spent   time.Duration     `json:"spent"` // of the budget so far
	Slices  int               `json:"slices"`
	Inside  time.Duration     `json:"inside"` // processor time of targets
	CPU     time.Duration     `json:"cpu"`    // in all, so far
	Done    bool              `json:"done"`
	Bad     []string          `json:"bad,omitempty"` // troubles of slices
	Units   map[string]*tally `json:"units"`
}

// tally counts what an engine did on a target.
type tally struct {
	Executions int           `json:"executions"`
	Slices     int           `json:"slices,omitempty"`
	AtLeast    bool          `json:"at_least,omitempty"` // a slice was cut short, so that not all executions were counted
	New        int           `json:"new"`                // inputs or features that were new
	CPU        time.Duration `json:"cpu"`
}

func stateFile(dir string) string { return filepath.Join(dir, "night.json") }

// loadState reads the state of the last night, nil if there is none.
func loadState(dir string) (*state, error) {
	data, err := os.ReadFile(stateFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	s := new(state)
	if err == nil {
		err = json.Unmarshal(data, s)
	}
	if err != nil {
		return nil, fmt.Errorf("read the state of the night: %w; remove %s to begin another", err, stateFile(dir))
	}
	return s, nil
}

func (s *state) saveState(dir string) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = corpus.WriteFileSync(stateFile(dir), string(data))
	}
	if err != nil {
		return fmt.Errorf("write the state of the night: %w", err)
	}
	return nil
}

// tallyOf returns the tally of a name, which it adds if it is missing.
func (s *state) tallyOf(name string) *tally {
	if s.Units == nil {
		s.Units = map[string]*tally{}
	}
	if s.Units[name] == nil {
		s.Units[name] = new(tally)
	}
	return s.Units[name]
}
