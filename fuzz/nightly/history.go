package nightly

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// historyKind is the kind of the objects of a store that are the results of nights.
const historyKind = "night"

// historyName is the name of the results of a night in a store: by its time, and by what
// they are.
func historyName(id string, lines []byte) string {
	return fmt.Sprintf("%s/%s-%x", historyKind, id, sha256.Sum256(lines))
}

// maxResults bounds the results of one night, in bytes.
const maxResults = 64 << 20

// History are the results of the last nights in a store, n at most, the oldest first, as
// JSON lines. What cannot be read, or is not what its name says, is left out and told by
// the error.
func History(ctx context.Context, b store.Backend, n int) (nights [][]byte, err error) {
	var names []string
	for name, err := range b.List(ctx, historyKind) {
		if err != nil {
			return nil, fmt.Errorf("list the nights: %w", err)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	var errs []error
	for _, name := range names[max(0, len(names)-n):] {
		lines, err := b.Get(ctx, name, maxResults)
		if err == nil && !strings.HasSuffix(name, fmt.Sprintf("-%x", sha256.Sum256(lines))) {
			err = errors.New("its hash is not that of its name")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", name, err))
			continue
		}
		nights = append(nights, lines)
	}
	return nights, errors.Join(errs...)
}
