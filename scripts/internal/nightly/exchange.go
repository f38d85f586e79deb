package nightly

import (
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// pushEvery is how often machines of a fleet exchange what they found.
const pushEvery = 5 * time.Minute

// pullCorpus copies what the shared store has. One that is out of reach is trouble, but what is
// here is fuzzed anyway.
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

// pushCorpus copies what the shared store has not.
func (n *night) pushCorpus() error {
	if n.remote == nil {
		return nil
	}
	if _, err := store.Sync(n.ctx, n.remote, n.local); err != nil {
		return fmt.Errorf("push the corpus: %w", err)
	}
	return nil
}

// pushPeriodically pushes if it was long ago. Failing at that is told, and is no trouble
// before the end.
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
