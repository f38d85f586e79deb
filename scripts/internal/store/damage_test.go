package store

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// forge is a pack as somebody may make it who means harm: the index is right about its
// own hash.
func forge(index string, bodies ...string) (name string, file []byte) {
	var b bytes.Buffer
	b.WriteString(index)
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	for _, body := range bodies {
		w.Write([]byte(body))
	}
	w.Close()
	return packName(Sum([]byte(index)), time.Time{}), b.Bytes()
}

func line(k kind, data string) string {
	return fmt.Sprintf("%s %s %d\n", kindNames[k], Sum([]byte(data)), len(data))
}

func TestAPackThatLiesIsRefused(t *testing.T) {
	a, b := line(entryKind, "a"), line(entryKind, "b")
	if a > b {
		a, b = b, a
	}
	head := func(n int) string { return fmt.Sprintf("%s0 %d\n", packMagic, n) }
	tests := []struct {
		why, index string
		err        error
	}{
		{"it leads out of the folder", head(1) + "entry ../../etc/passwd 1\n\n", ErrCorrupt},
		{"its hash is in upper case", head(1) + strings.ToUpper(a[6:]) + "\n", ErrCorrupt},
		{"it has an object of no kind", head(1) + "object" + a[5:] + "\n", ErrCorrupt},
		{"it says too few", head(1) + a + b + "\n", ErrCorrupt},
		{"it says too many", head(3) + a + b + "\n", ErrCorrupt},
		{"it says far too many", head(maxPackObjects+1) + a + "\n", ErrTooLarge},
		{"it is not sorted", head(2) + b + a + "\n", ErrCorrupt},
		{"it has one twice", head(2) + a + a + "\n", ErrCorrupt},
		{"one is too large", head(1) + strings.Replace(a, " 1\n", fmt.Sprintf(" %d\n", MaxEntry+1), 1) + "\n", ErrTooLarge},
		{"a size is negative", head(1) + strings.Replace(a, " 1\n", " -1\n", 1) + "\n", ErrCorrupt},
		{"a size is not plain", head(1) + strings.Replace(a, " 1\n", " 01\n", 1) + "\n", ErrCorrupt},
		{"it has no end", head(1) + a, ErrCorrupt},
		{"it is empty", "", ErrCorrupt},
		{"a generation overflows", packMagic + "4294967296 1\n" + a + "\n", ErrCorrupt},
		{"it is of another version", "pongcheck-pack 2 0 1\n" + a + "\n", ErrCorrupt},
	}
	for _, test := range tests {
		m := &Memory{}
		s := New(m)
		add(t, s, found("good"))
		name, file := forge(test.index)
		m.objects[name] = file
		c, err := s.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Problems) != 1 || c.Problems[0].Name != name || !errors.Is(c.Problems[0].Err, test.err) {
			t.Errorf("%s: want %v of %s, got %v", test.why, test.err, name, c.Problems)
		}
		holds(t, s, "good")
		if err := s.Heal(t.Context(), c.Problems); err != nil {
			t.Errorf("%s: heal: %v", test.why, err)
		}
		isSound(t, s)
		holds(t, s, "good")
	}
}

func TestABombIsRefusedBeforeItGoesOff(t *testing.T) {
	// What is unpacked is bounded by what the index says, and that by a limit.
	var index strings.Builder
	var ids []string
	for i := range 17 {
		ids = append(ids, fmt.Sprintf("entry %s %d\n", Sum([]byte{byte(i)}), MaxEntry))
	}
	slices.Sort(ids)
	fmt.Fprintf(&index, "%s0 17\n%s\n", packMagic, strings.Join(ids, ""))
	zeros := strings.Repeat("\x00", 17*MaxEntry)
	bomb, file := forge(index.String(), zeros)
	if len(file) > 100000 {
		t.Fatalf("no bomb: %d bytes", len(file))
	}
	longer, more := forge(packMagic+"0 1\n"+line(entryKind, "a")+"\n", "a", zeros)
	m := &Memory{}
	s := New(m)
	addAll(t, s, many("", 20))
	m.objects[bomb], m.objects[longer] = file, more
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, err := s.Verify(t.Context())
	runtime.ReadMemStats(&after)
	if err != nil || len(c.Problems) != 2 || !slices.ContainsFunc(c.Problems, func(p Problem) bool {
		return p.Name == bomb && errors.Is(p.Err, ErrTooLarge)
	}) {
		t.Errorf("%+v, %v", c, err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("%d bytes for two bombs", got)
	}
}

// Whatever happens to one file of a store, the rest is there, what is wrong is named,
// and a healed store gets it back from another one.
func TestOneDamagedFileHurtsNothingElse(t *testing.T) {
	damages := map[string]func([]byte) []byte{
		"truncated": func(b []byte) []byte { return b[:len(b)/2] },
		"empty":     func([]byte) []byte { return nil },
		"flipped": func(b []byte) []byte {
			b[len(b)*3/4] ^= 1
			return b
		},
		"longer":    func(b []byte) []byte { return append(b, "more"...) },
		"oversized": func([]byte) []byte { return make([]byte, maxPackFile+1) },
	}
	whole := &Memory{}
	addAll(t, New(whole), many("", 50))
	add(t, New(whole), found("loose"))
	for how, damage := range damages {
		for name := range whole.objects {
			b := &Memory{objects: map[string][]byte{}}
			for name, data := range whole.objects {
				b.objects[name] = bytes.Clone(data)
			}
			b.objects[name] = damage(b.objects[name])
			s := New(b)
			c, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(c.Problems, func(p Problem) bool { return p.Name == name }) {
				t.Errorf("%s %s is not named: %v", how, name, c.Problems)
			}
			if strings.HasPrefix(name, "pack/") == slices.Contains(readable(t, s), "0") && how != "flipped" && how != "longer" {
				t.Errorf("%s %s: the rest is not there, or the pack still is", how, name)
			}
			if err := s.Heal(t.Context(), c.Problems); err != nil {
				t.Errorf("%s %s: heal: %v", how, name, err)
			}
			if got := readable(t, s); how == "longer" && strings.HasPrefix(name, "pack/") && len(got) != 51 {
				t.Errorf("%s %s: %d entries after it was healed", how, name, len(got))
			}
			union(t, s, New(whole))
			isSound(t, New(b))
			if got := readable(t, New(b)); len(got) != 51 {
				t.Errorf("%s %s: %d entries after all", how, name, len(got))
			}
		}
	}
}

// readable are the entries that can be read.
func readable(t *testing.T, s *Store) []string {
	t.Helper()
	var all []string
	for e, err := range s.Entries(t.Context(), Filter{}) {
		if err == nil {
			all = append(all, string(e.Data))
		}
	}
	return all
}

func TestARenamedObjectIsRefused(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		good := add(t, s, found("good"))
		packs := many("", 20)
		addAll(t, s, packs)
		ctx := t.Context()
		var want []string
		for _, kind := range []string{"pack", "record"} {
			name := names(t, b, kind)[0]
			data, err := b.Get(ctx, name, maxPackFile)
			if err != nil {
				t.Fatal(err)
			}
			for _, rest := range []string{Sum([]byte("other")).String(), "no-hash"} {
				want = append(want, kind+"/"+rest)
				if err := b.Put(ctx, kind+"/"+rest, data); err != nil {
					t.Fatal(err)
				}
			}
		}
		c, err := s.Verify(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range c.Problems {
			got = append(got, p.Name)
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("problems %q, want %q", got, want)
		}
		if data, err := s.Get(ctx, good); string(data) != "good" {
			t.Errorf("%q, %v", data, err)
		}
		if err := s.Heal(ctx, c.Problems); err != nil {
			t.Fatal(err)
		}
		isSound(t, s)
	})
}

func TestARecordThatIsNoneIsRefused(t *testing.T) {
	tests := map[string]string{
		"{":                                 "JSON",
		"{}":                                "schema",
		`{"schema":"` + recordSchema + `"}`: "0 of add, drop and clear",
		`{"schema":"` + recordSchema + `","clear":{"entries":[]}}`:                                       "0 entries",
		`{"schema":"` + recordSchema + `","clear":{"entries":["../../x"]}}`:                              "no ID",
		`{"schema":"` + recordSchema + `","drop":{"target":"t","adds":[]}}`:                              "reason",
		`{"schema":"` + recordSchema + `","add":{"entry":"` + ID{}.String() + `","kind":"seed"}}`:        "target",
		`{"schema":"` + recordSchema + `","add":{"kind":"seed","target":"\u001b[2J"}}`:                   "printable",
		`{"schema":"` + recordSchema + `","clear":{"entries":["` + ID{}.String() + `"]},"run":"\u0000"}`: "printable",
	}
	for text, want := range tests {
		m := &Memory{}
		s := New(m)
		add(t, s, found("good"))
		o := newObject(recordKind, []byte(text))
		if err := m.Put(t.Context(), o.String(), o.data); err != nil {
			t.Fatal(err)
		}
		problems, err := s.Problems(t.Context())
		if err != nil || len(problems) != 1 || !errors.Is(problems[0].Err, ErrCorrupt) || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%s: want %q, got %v, %v", text, want, problems, err)
		}
		holds(t, s, "good")
		if err := s.Heal(t.Context(), problems); err != nil {
			t.Error(err)
		}
		isSound(t, s)
	}
}

func TestARecordOfANewerVersionIsKept(t *testing.T) {
	m := &Memory{}
	s := New(m)
	add(t, s, found("good"))
	o := newObject(recordKind, []byte(`{"schema":"pongcheck-record 2","new":{}}`))
	if err := m.Put(t.Context(), o.String(), o.data); err != nil {
		t.Fatal(err)
	}
	c, err := s.Verify(t.Context())
	if err != nil || len(c.Problems) != 1 || !errors.Is(c.Problems[0].Err, ErrNewer) {
		t.Errorf("got %+v, %v", c, err)
	}
	if err := s.Heal(t.Context(), c.Problems); !errors.Is(err, ErrNewer) {
		t.Errorf("heal: %v", err)
	}
	if _, err := s.GC(t.Context(), 0, 0); !errors.Is(err, ErrProblems) {
		t.Errorf("collect: %v", err)
	}
	if m.objects[o.String()] == nil {
		t.Error("it is gone")
	}
}
