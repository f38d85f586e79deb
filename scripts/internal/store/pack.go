package store

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a pack.
const (
	maxPackFile    = 16 << 20 // bytes of the file
	maxPackObjects = 1 << 16
	maxUnpacked    = 16 << 20 // bytes of the objects
	packFullBytes  = 8 << 20  // bytes of the objects at which a new pack is begun
	packFullCount  = 1 << 14  // objects at which a new pack is begun
)

const packMagic = "pongcheck-pack 1 "

// pack is a file of many objects:
//
//	pongcheck-pack 1 GENERATION COUNT
//	entry SHA256 SIZE
//	record SHA256 SIZE
//	(an empty line, then the bytes of the objects in one deflate stream)
//
// The objects are sorted, and none is there twice. The pack is named by the hash of its index,
// which ends with the empty line.
type pack struct {
	name       string   // of the object in the backend
	id         ID       // the hash of its index
	generation uint64   // one above the packs it was made from
	members    []member // the index
	body       []byte   // the objects, compressed
}

// member is one line of the index.
type member struct {
	key
	size int
}

// newPack returns the name and the file of a pack. The objects must be within the limits.
func newPack(generation uint64, objects []object) (ID, []byte, error) {
	slices.SortFunc(objects, func(a, b object) int { return a.compare(b.key) })
	objects = slices.CompactFunc(objects, func(a, b object) bool { return a.key == b.key })
	var file bytes.Buffer
	fmt.Fprintf(&file, "%s%d %d\n", packMagic, generation, len(objects))
	for _, o := range objects {
		fmt.Fprintf(&file, "%s %s %d\n", kindNames[o.kind], o.id, len(o.data))
	}
	file.WriteByte('\n')
	id := Sum(file.Bytes())
	w, err := flate.NewWriter(&file, flate.BestSpeed)
	if err != nil {
		return ID{}, nil, err
	}
	for _, o := range objects {
		if _, err := w.Write(o.data); err != nil {
			return ID{}, nil, err
		}
	}
	if err := w.Close(); err != nil {
		return ID{}, nil, err
	}
	return id, file.Bytes(), nil
}

// openPack reads the index of a pack. id is the hash in the name of the pack.
func openPack(name string, id ID, file []byte) (*pack, error) {
	end := bytes.Index(file, []byte("\n\n"))
	if end < 0 || !bytes.HasPrefix(file, []byte(packMagic)) {
		return nil, fmt.Errorf("%w: it does not start with the index of a pack", ErrCorrupt)
	}
	index := file[:end+2]
	if is := ID(sha256.Sum256(index)); is != id {
		return nil, fmt.Errorf("%w: the SHA-256 of its index is %s", ErrCorrupt, is)
	}
	p := &pack{name: name, id: id, body: file[end+2:]}
	first, rest, _ := strings.Cut(string(index[len(packMagic):len(index)-1]), "\n")
	if err := p.readHead(first); err != nil {
		return nil, err
	}
	return p, p.readMembers(rest)
}

// readHead reads the first line of the index, without its magic.
func (p *pack) readHead(line string) error {
	generation, count, _ := strings.Cut(line, " ")
	g, err1 := strconv.ParseUint(generation, 10, 32)
	n, err2 := strconv.ParseUint(count, 10, 32)
	if err1 != nil || err2 != nil || line != fmt.Sprintf("%d %d", g, n) {
		return fmt.Errorf("%w: line 1 %.80q: want generation and count", ErrCorrupt, line)
	}
	if n > maxPackObjects {
		return fmt.Errorf("%w: %d objects, more than %d", ErrTooLarge, n, maxPackObjects)
	}
	p.generation = g
	p.members = make([]member, 0, n)
	return nil
}

// readMembers reads the lines of the index after the first.
func (p *pack) readMembers(lines string) error {
	total := 0
	for line := range strings.Lines(lines) {
		m, ok := parseMember(strings.TrimSuffix(line, "\n"))
		n := len(p.members)
		at := n + 2
		switch {
		case !ok:
			return fmt.Errorf("%w: line %d %.100q: want kind, hash and size", ErrCorrupt, at, line)
		case n == cap(p.members):
			return fmt.Errorf("%w: line %d: more objects than line 1 says", ErrCorrupt, at)
		case n > 0 && p.members[n-1].compare(m.key) >= 0:
			return fmt.Errorf("%w: line %d: not in order", ErrCorrupt, at)
		case m.size > m.kind.maxSize():
			return fmt.Errorf("line %d: %w: %d bytes, more than %d", at, ErrTooLarge, m.size, m.kind.maxSize())
		}
		if total += m.size; total > maxUnpacked {
			return fmt.Errorf("line %d: %w: more than %d bytes unpacked", at, ErrTooLarge, maxUnpacked)
		}
		p.members = append(p.members, m)
	}
	if len(p.members) != cap(p.members) {
		return fmt.Errorf("%w: %d objects, and line 1 says %d", ErrCorrupt, len(p.members), cap(p.members))
	}
	return nil
}

// parseMember reads one line of the index.
func parseMember(line string) (m member, ok bool) {
	kind, rest, _ := strings.Cut(line, " ")
	m.kind = entryKind
	if kind == kindNames[recordKind] {
		m.kind = recordKind
	} else if kind != kindNames[entryKind] {
		return m, false
	}
	hash, size, _ := strings.Cut(rest, " ")
	if len(hash) != hex.EncodedLen(len(m.id)) || strings.ContainsAny(hash, "ABCDEF") {
		return m, false
	}
	if _, err := hex.Decode(m.id[:], []byte(hash)); err != nil {
		return m, false
	}
	n, err := strconv.Atoi(size)
	if err != nil || n < 0 || size != strconv.Itoa(n) {
		return m, false
	}
	m.size = n
	return m, true
}

// unpackObjects yields the objects one after the other. Their data are valid until the next one.
// An object that differs from its line in the index comes with an error. Where the stream is
// damaged, every later object comes with one.
func (p *pack) unpackObjects(yield func(object, error) bool) {
	in := bytes.NewReader(p.body)
	r := flate.NewReader(in)
	defer r.Close()
	var buf []byte
	for i, m := range p.members {
		buf = slices.Grow(buf[:0], m.size)[:m.size]
		if _, err := io.ReadFull(r, buf); err != nil {
			for _, m := range p.members[i:] {
				if !yield(object{key: m.key}, fmt.Errorf("unpack %s: %w: %w", m.key, ErrCorrupt, err)) {
					return
				}
			}
			return
		}
		err := m.checkBytes(buf)
		if err != nil {
			err = fmt.Errorf("unpack %s: %w", m.key, err)
		}
		if !yield(object{m.key, buf}, err) {
			return
		}
	}
	// Bytes after the last object harm none, but this package never writes them.
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF || in.Len() != 0 {
		yield(object{}, fmt.Errorf("%w: it does not end where its index says", ErrCorrupt))
	}
}

// The kinds of objects in a backend besides entries and records.
const (
	packKind     = "pack"
	trashKind    = "trash"
	featuresKind = "features"
)

// trashTime is the layout of the time in the name of a trash pack: when its objects were
// collected.
const trashTime = "20060102T150405Z"

// packName returns the name of a pack, or of a trash pack if trashed is set.
func packName(id ID, trashed time.Time) string {
	if trashed.IsZero() {
		return packKind + "/" + id.String()
	}
	return trashKind + "/" + trashed.UTC().Format(trashTime) + "-" + id.String()
}

// parsePackName reads the name of a pack. trashed is zero unless it names a trash pack.
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
