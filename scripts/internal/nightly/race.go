package nightly

import (
	"os"
	"path/filepath"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
)

// runRaceSlice runs the inputs of Go's engine that no earlier slice ran with the race
// detector.
func (n *night) runRaceSlice(u *job) (s sliceResult) {
	began := time.Now()
	u.replayer.mu.Lock()
	defer u.replayer.mu.Unlock()
	files, err := readInputs(filepath.Join(n.nativeFolder(u.builtTarget), u.Name))
	if err != nil {
		return sliceResult{err: err}
	}
	folder := u.Target.seedFolder(u.mirrors[Race])
	names := map[string][]byte{}
	for name, file := range files {
		if u.raced[name] || len(names) == min(u.inputs, maxRaced) {
			continue
		}
		u.raced[name] = true
		names["race-"+name] = file
		defer os.Remove(filepath.Join(folder, "race-"+name))
		if err := corpus.WriteFile(filepath.Join(folder, "race-"+name), string(file)); err != nil {
			return sliceResult{err: err}
		}
	}
	if len(names) == 0 {
		u.idleCharge += idle
		time.Sleep(idle / 10) // there may be no other job left
		return sliceResult{}
	}
	failed, ran, cpu, err := u.replayer.replayAll(n.ctx, u.Target, u.binaries[Race], "^race-", nil, raceLimit)
	s = sliceResult{executions: ran, cpu: cpu, wall: time.Since(began), err: err}
	for name := range failed {
		s.failed = append(s.failed, names[name])
	}
	return s
}

const (
	maxRaced  = 200             // inputs of a slice
	raceLimit = 5 * time.Minute // processes of a slice are killed then

	// idle is charged to a job whose slice had nothing to do. Without it that job would
	// be chosen again at once.
	idle = time.Second
)
