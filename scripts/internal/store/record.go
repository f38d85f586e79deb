package store

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/model"
)

// recordSchema is the first field of every record.
const recordSchema = "pongcheck-record 1"

// Kind says how an entry came into being.
type Kind string

const (
	Seed       Kind = "seed"       // somebody wrote it by hand
	Found      Kind = "found"      // an engine kept it for its coverage
	Crash      Kind = "crash"      // it failed when it was found; pinned: it cannot be dropped
	Regression Kind = "regression" // it failed once; pinned
	Import     Kind = "import"     // it came from elsewhere; in quarantine until it was run under limits
)

// Pinned reports whether entries of this kind are pinned: they cannot be dropped.
func (k Kind) Pinned() bool { return k == Crash || k == Regression }

// Record says one thing about entries: exactly one of Add, Drop and Clear is set. A record is one
// line of JSON, and its ID is the hash of that line.
type Record struct {
	Schema string    `json:"schema"`
	Add    *Added    `json:"add,omitempty"`
	Drop   *Dropped  `json:"drop,omitempty"`
	Clear  *Cleared  `json:"clear,omitempty"`
	Run    string    `json:"run,omitempty"` // who wrote it: a job, a person
	Time   time.Time `json:"time"`
	Nonce  string    `json:"nonce"` // makes the record unique
}

// Added puts an entry into the corpus of a target.
type Added struct {
	Entry ID `json:"entry"`
	Origin
}

// Origin says where an entry came from.
type Origin struct {
	Target   string            `json:"target"` // import path, dot, name: example.com/m/pkg.FuzzX
	Kind     Kind              `json:"kind"`
	Form     format.Form       `json:"form,omitempty"` // how to read the bytes; empty means raw
	Engine   string            `json:"engine,omitempty"`
	Versions map[string]string `json:"versions,omitempty"` // of Go, the toolkit, the subject ...
	Parents  []ID              `json:"parents,omitempty"`  // the entries it was made from
	Note     string            `json:"note,omitempty"`
}

// Dropped takes back some add records: what only they put into the corpus is no longer in it.
type Dropped struct {
	Target string    `json:"target"`
	Reason string    `json:"reason"`
	Build  string    `json:"build,omitempty"` // of the target, if coverage was the reason
	Adds   []AddedAs `json:"adds"`
}

// AddedAs is an add record and the entry that it added.
type AddedAs struct {
	Record ID `json:"record"`
	Entry  ID `json:"entry"`
}

// Cleared says that entries were run under limits and ended. They leave the quarantine.
type Cleared struct {
	Build   string `json:"build,omitempty"`
	Entries []ID   `json:"entries"`
}

const (
	maxText = 4096 // bytes of a text in a record
	maxIDs  = 1000 // IDs in a record
)

// encode returns the line of a valid record.
func (r *Record) encode() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("write a record: %w", err)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write a record: %w", err)
	}
	if len(line) >= maxRecord {
		return nil, fmt.Errorf("write a record: %w: more than %d bytes", ErrTooLarge, maxRecord)
	}
	return append(line, '\n'), nil
}

// ErrNewer says that a newer version of this package wrote a record.
var ErrNewer = errors.New("written by a newer version: update")

// decodeRecord reads a record. Its bytes may come from anybody.
func decodeRecord(line []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil { // package time shows what it reads as it is
		return nil, fmt.Errorf("%w: read a record: %s", ErrCorrupt, model.Plain(err.Error()))
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%w: read a record: %w", ErrCorrupt, err)
	}
	return &r, nil
}

func (r *Record) check() error {
	if r.Schema != recordSchema {
		if strings.HasPrefix(r.Schema, "pongcheck-record ") {
			return fmt.Errorf("schema %.80q: %w", r.Schema, ErrNewer)
		}
		return fmt.Errorf("schema %.80q: this version reads %q", r.Schema, recordSchema)
	}
	set := 0
	var err error
	if r.Add != nil {
		set++
		err = r.Add.check()
	}
	if r.Drop != nil {
		set++
		err = errors.Join(err, r.Drop.check())
	}
	if r.Clear != nil {
		set++
		err = errors.Join(err, checkCount("entries", len(r.Clear.Entries)), checkText("build", r.Clear.Build))
	}
	if set != 1 {
		return fmt.Errorf("%d of add, drop and clear are set: want one", set)
	}
	return errors.Join(err, checkText("run", r.Run), checkText("nonce", r.Nonce))
}

func (a *Added) check() error {
	switch a.Kind {
	case Seed, Found, Crash, Regression, Import:
	default:
		return fmt.Errorf("kind %.80q: want seed, found, crash, regression or import", a.Kind)
	}
	if a.Target == "" {
		return errors.New("no target: want one such as example.com/m/pkg.FuzzX")
	}
	if err := a.Form.Check(); err != nil {
		return err
	}
	if len(a.Parents) > maxIDs || len(a.Versions) > maxIDs {
		return fmt.Errorf("more than %d parents or versions", maxIDs)
	}
	for name, version := range a.Versions {
		if err := errors.Join(checkText("name of a version", name), checkText("version", version)); err != nil {
			return err
		}
	}
	return errors.Join(checkText("target", a.Target), checkText("engine", a.Engine), checkText("note", a.Note))
}

func (d *Dropped) check() error {
	if d.Reason == "" || d.Target == "" {
		return errors.New("a drop has a target and a reason")
	}
	return errors.Join(checkCount("add records", len(d.Adds)),
		checkText("target", d.Target), checkText("reason", d.Reason), checkText("build", d.Build))
}

func checkCount(what string, n int) error {
	if n < 1 || n > maxIDs {
		return fmt.Errorf("%d %s: want 1 to %d", n, what, maxIDs)
	}
	return nil
}

// checkText returns an error for text that could do more to a terminal than appear on it.
func checkText(what, text string) error {
	if len(text) > maxText {
		return fmt.Errorf("%s: %w: more than %d bytes", what, ErrTooLarge, maxText)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		return fmt.Errorf("%s %.80q: want printable UTF-8", what, text)
	}
	return nil
}

// newNonce returns 16 random hex digits.
func newNonce() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// isNonce reports whether a name may be one of newNonce.
func isNonce(name string) bool {
	_, err := hex.DecodeString(name)
	return err == nil && len(name) == 16
}

// onlyAbout returns a copy of the record without other entries.
func (r *Record) onlyAbout(id ID) Record {
	one := *r
	if r.Drop != nil {
		drop := *r.Drop
		drop.Adds = slices.DeleteFunc(slices.Clone(drop.Adds), func(a AddedAs) bool { return a.Entry != id })
		one.Drop = &drop
	}
	if r.Clear != nil {
		one.Clear = &Cleared{Build: r.Clear.Build, Entries: []ID{id}}
	}
	return one
}

func sortRecords(records []Record) {
	rank := func(r Record) int {
		if r.Add != nil {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Time.Compare(b.Time), cmp.Compare(a.Nonce, b.Nonce))
	})
}
