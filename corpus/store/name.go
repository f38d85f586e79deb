package store

import (
	"fmt"
	"strings"
	"time"
)

// The kinds of objects in a backend, beside those of package-level keys.
const (
	packKind     = "pack"
	trashKind    = "trash"
	featuresKind = "features"
)

// trashTime is how the name of a trash pack says when its objects were collected.
const trashTime = "20060102T150405Z"

// packName is the name of a pack, or of a trash pack if a time is given.
func packName(id ID, trashed time.Time) string {
	if trashed.IsZero() {
		return packKind + "/" + id.String()
	}
	return trashKind + "/" + trashed.UTC().Format(trashTime) + "-" + id.String()
}

// parsePackName reads the name of a pack. The time is zero if it is no trash.
func parsePackName(name string) (id ID, trashed time.Time, err error) {
	kind, rest, _ := strings.Cut(name, "/")
	if kind == trashKind {
		at, hash, _ := strings.Cut(rest, "-")
		if trashed, err = time.Parse(trashTime, at); err != nil {
			return id, trashed, fmt.Errorf("%w: want %s/TIME-SHA256: %w", ErrCorrupt, trashKind, err)
		}
		rest = hash
	}
	if id, err = ParseID(rest); err != nil {
		return id, trashed, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return id, trashed, nil
}
