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

// state is what a night remembers when its process is gone. It is written after each
// slice.
type state struct {
	ID      string            `json:"id"`
	Time    time.Time         `json:"time"` // it began
	Seed    uint64            `json:"seed"`
	Command string            `json:"command"`
	Commit  string            `json:"commit,omitempty"`
	Spent   time.Duration     `json:"spent"` // of the budget, by processes before this one
	Slices  int               `json:"slices"`
	Inside  time.Duration     `json:"inside"` // processor time of targets
	CPU     time.Duration     `json:"cpu"`    // and in all, by processes before this one
	Done    bool              `json:"done"`
	Bad     []string          `json:"bad,omitempty"` // what went wrong in slices
	Units   map[string]*tally `json:"units"`
}

// tally is what an engine did on a target.
type tally struct {
	Executions int           `json:"executions"`
	Slices     int           `json:"slices,omitempty"`
	AtLeast    bool          `json:"at_least,omitempty"` // a slice was cut
	New        int           `json:"new"`                // inputs or features that were new
	CPU        time.Duration `json:"cpu"`
}

func stateFile(dir string) string { return filepath.Join(dir, "night.json") }

// loadState reads the night that is under way, nil if there is none.
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
		return nil, fmt.Errorf("read the night that is under way: %w; remove %s to begin another", err, stateFile(dir))
	}
	return s, nil
}

func (s *state) saveState(dir string) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = corpus.WriteFileSync(stateFile(dir), string(data))
	}
	if err != nil {
		return fmt.Errorf("keep how far the night is: %w", err)
	}
	return nil
}

// tallyOf is the tally of an engine on a target.
func (s *state) tallyOf(name string) *tally {
	if s.Units == nil {
		s.Units = map[string]*tally{}
	}
	if s.Units[name] == nil {
		s.Units[name] = new(tally)
	}
	return s.Units[name]
}
