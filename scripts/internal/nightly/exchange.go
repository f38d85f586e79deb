package nightly

import (
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// pushEvery is how often a machine of a fleet uploads what it found.
const pushEvery = 5 * time.Minute

// pullCorpus copies the entries of the shared store that are missing here. If the store is out of
// reach, that is trouble, and the night fuzzes without it.
func (n *night) pullCorpus() {
	if n.remote == nil || n.ctx.Err() != nil {
		return
	}
	n.enter("pulling the corpus")
	synced, err := store.Sync(n.ctx, n.local, n.remote)
	if err != nil {
		n.addTrouble(fmt.Errorf("pull the corpus: %w", err))
		return
	}
	for _, p := range synced.Problems {
		n.addTrouble(fmt.Errorf("the shared store: %s", p))
	}
	n.pushed = time.Now()
}

// pushCorpus copies entries to the shared store that are missing there.
func (n *night) pushCorpus() error {
	if n.remote == nil {
		return nil
	}
	if _, err := store.Sync(n.ctx, n.remote, n.local); err != nil {
		return fmt.Errorf("push the corpus: %w", err)
	}
	return nil
}

// pushPeriodically uploads new entries every pushEvery. It only logs errors: the last push, at
// the end, reports them.
func (n *night) pushPeriodically() {
	n.mu.Lock()
	due := n.remote != nil && time.Since(n.pushed) >= pushEvery
	if due {
		n.pushed = time.Now()
	}
	n.mu.Unlock()
	if due {
		if err := n.pushCorpus(); err != nil {
			n.Log("%v", err)
		}
	}
}
