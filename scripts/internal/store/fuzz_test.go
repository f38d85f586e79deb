package store

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// holdRefused holds that an error says in the right words that an object is refused, and quotes
// what it shows of it.
func holdRefused(t *testing.T, err error) {
	t.Helper()
	if !isRefused(err) {
		t.Errorf("not refused in the right words: %v", err)
	}
	if text := err.Error(); model.Plain(text) != text {
		t.Errorf("refused with raw text: %q", text)
	}
}

// A file that is opened as a pack, whatever its bytes, yields what its index says or
// errors, and no object that is not what its name says.
func FuzzPack(f *testing.F) {
	id, file, err := newPack(3, []object{newObject(entryKind, []byte("a")), newObject(recordKind, []byte("{}\n"))})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add(append(file, 0))
	f.Fuzz(func(t *testing.T, file []byte) {
		// The name is right, or fuzzing would not get far.
		end := bytes.Index(file, []byte("\n\n"))
		id := id
		if end >= 0 {
			id = Sum(file[:end+2])
		}
		p, err := openPack("pack", id, file)
		if err != nil {
			holdRefused(t, err)
			return
		}
		n, good := 0, []object{}
		for o, err := range p.unpackObjects {
			if err == nil {
				n++
				good = append(good, object{o.key, bytes.Clone(o.data)})
				if Sum(o.data) != o.id {
					t.Errorf("%s is %q", o, o.data)
				}
			} else {
				holdRefused(t, err)
			}
		}
		if n == len(p.members) {
			if again, _, err := newPack(p.generation, good); err != nil || again != id {
				t.Errorf("packed again it is %s, not %s: %v", again, id, err)
			}
		}
	})
}

// A line that is read as a record is written as one that says the same.
func FuzzRecord(f *testing.F) {
	for _, r := range []Record{
		{Add: &Added{Origin: Origin{Target: "t", Kind: Seed, Versions: map[string]string{"go": "1.26"}, Parents: []ID{{1}}}}, Time: time.Unix(1, 0).UTC()},
		{Drop: &Dropped{Target: "t", Reason: "covered", Adds: []AddedAs{{}}}},
		{Clear: &Cleared{Entries: []ID{{}}}},
	} {
		r.Schema = recordSchema
		line, err := r.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Add([]byte("{\"time\":\"1970-01-01T0\x7f:00:01Z\"}\n"))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := decodeRecord(line)
		if err != nil {
			holdRefused(t, err)
			return
		}
		written, err := r.encode()
		if errors.Is(err, ErrTooLarge) {
			return // it may be longer than it was: escapes
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeRecord(written)
		if err != nil {
			t.Fatalf("%q is written as %q: %v", line, written, err)
		}
		if twice, err := again.encode(); err != nil || !bytes.Equal(twice, written) {
			t.Errorf("%q is written as %q, then %q: %v", line, written, twice, err)
		}
	})
}
