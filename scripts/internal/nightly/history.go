package nightly

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// historyKind is the kind of the objects in a store that hold the results of nights.
const historyKind = "night"

// historyName is the name of the results of a night in a store. Names sort by time, and the hash
// of the results is part of them.
func historyName(id string, lines []byte) string {
	return fmt.Sprintf("%s/%s-%x", historyKind, id, sha256.Sum256(lines))
}

// maxResults bounds the results of one night, in bytes.
const maxResults = 64 << 20

// History yields the results of the last n nights in a store as JSON lines, the oldest first.
// Results that cannot be read, or do not have the hash of their name, yield an error that names
// them.
func History(ctx context.Context, b store.Backend, n int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var names []string
		for name, err := range store.ListNames(ctx, b, historyKind) {
			if err != nil {
				yield(nil, fmt.Errorf("list the nights: %w", err))
				return
			}
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names[max(0, len(names)-n):] {
			if !yield(readNight(ctx, b, name)) {
				return
			}
		}
	}
}

func readNight(ctx context.Context, b store.Backend, name string) ([]byte, error) {
	lines, err := b.Get(ctx, name, maxResults)
	if err == nil && !strings.HasSuffix(name, fmt.Sprintf("-%x", sha256.Sum256(lines))) {
		err = errors.New("it does not have the hash that is in its name")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return lines, nil
}
