package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
)

// featuresMagic begins each features file. Entries follow: ID, cost, number of features, then each
// feature as its distance from the one before, as varints.
const featuresMagic = "pongcheck-features 1\n"

// Reach says what an entry reached in one build of a target.
type Reach struct {
	Features []uint32 // sorted, each once
	Cost     uint64   // of one run, in the unit of Tracing.Trace
}

// PutFeatures stores what entries reached in a build of a target, so that nobody has to trace them
// in that build again. A build has a name of up to 64 letters, digits, "_" and "-"; the hash of
// the test binary is a good one.
func (s *Store) PutFeatures(ctx context.Context, build string, reached map[ID]Reach) error {
	if err := checkBuild(build); err != nil {
		return err
	}
	file := []byte(featuresMagic)
	for _, id := range slices.SortedFunc(maps.Keys(reached), ID.Compare) {
		r := reached[id]
		if len(file) > len(featuresMagic) && len(file)+len(id)+5*(3+len(r.Features)) > maxPackFile {
			if err := s.putFeatures(ctx, build, file); err != nil {
				return err
			}
			file = file[:len(featuresMagic)]
		}
		file = append(file, id[:]...)
		file = binary.AppendUvarint(file, r.Cost)
		file = binary.AppendUvarint(file, uint64(len(r.Features)))
		last := uint32(0)
		for _, f := range r.Features {
			file = binary.AppendUvarint(file, uint64(f-last))
			last = f
		}
	}
	return s.putFeatures(ctx, build, file)
}

func (s *Store) putFeatures(ctx context.Context, build string, file []byte) error {
	if err := s.backend.Put(ctx, featuresKind+"/"+build+"."+Sum(file).String(), file); err != nil {
		return fmt.Errorf("keep features: %w", err)
	}
	return nil
}

func checkBuild(build string) error {
	if build == "" || len(build) > 64 || strings.ContainsFunc(build, func(r rune) bool { return r == '.' || notInName(r) }) {
		return fmt.Errorf("build %.80q: want 1 to 64 letters, digits, underscores and hyphens", build)
	}
	return nil
}

// Features returns what entries reached in a build, for those entries that somebody traced. It
// skips damaged files, since they are only a cache.
func (s *Store) Features(ctx context.Context, build string) (map[ID]Reach, error) {
	reached := map[ID]Reach{}
	for name, err := range ListNames(ctx, s.backend, featuresKind) {
		if err != nil {
			return nil, fmt.Errorf("read features: %w", err)
		}
		hash, ok := strings.CutPrefix(name, featuresKind+"/"+build+".")
		if !ok {
			continue
		}
		file, err := s.backend.Get(ctx, name, maxPackFile)
		if errors.Is(err, fs.ErrNotExist) || isRefused(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read features: %w", err)
		}
		if Sum(file).String() == hash {
			readFeatures(file, reached)
		}
	}
	return reached, nil
}

// readFeatures adds the entries of a file to reached. It stops at the first malformed entry.
func readFeatures(file []byte, reached map[ID]Reach) {
	if !strings.HasPrefix(string(file[:min(len(file), len(featuresMagic))]), featuresMagic) {
		return
	}
	rest := file[len(featuresMagic):]
	for len(rest) > len(ID{}) {
		id := ID(rest[:len(ID{})])
		rest = rest[len(id):]
		cost, ok1 := readUvarint(&rest)
		n, ok2 := readUvarint(&rest)
		if !ok1 || !ok2 || n > uint64(len(rest)) { // a feature takes a byte at least
			return
		}
		list := make([]uint32, 0, n)
		last := uint64(0)
		for range n {
			step, ok := readUvarint(&rest)
			if !ok || step > math.MaxUint32-last || step == 0 && len(list) > 0 {
				return
			}
			last += step
			list = append(list, uint32(last))
		}
		reached[id] = Reach{list, cost}
	}
}

// readUvarint reads a varint from the front of rest and cuts it off.
func readUvarint(rest *[]byte) (n uint64, ok bool) {
	n, size := binary.Uvarint(*rest)
	*rest = (*rest)[max(size, 0):]
	return n, size > 0
}

// ForgetFeatures deletes the features of every build except those named.
func (s *Store) ForgetFeatures(ctx context.Context, but ...string) error {
	var old []string
	for name, err := range ListNames(ctx, s.backend, featuresKind) {
		if err != nil {
			return fmt.Errorf("forget features: %w", err)
		}
		build, _, _ := strings.Cut(strings.TrimPrefix(name, featuresKind+"/"), ".")
		if !slices.Contains(but, build) {
			old = append(old, name)
		}
	}
	for _, name := range old {
		if err := s.backend.Delete(ctx, name); err != nil {
			return fmt.Errorf("forget features: %w", err)
		}
	}
	return nil
}
