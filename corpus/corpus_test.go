package corpus

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
)

func TestSeedsParseAndRoundTrip(t *testing.T) {
	seeds, err := Seeds()
	if err != nil {
		t.Fatal(err)
	}
	if len(seeds) < 50 {
		t.Errorf("%d seeds", len(seeds))
	}
	for _, e := range seeds {
		back, err := Read(e.Name, e.Text())
		if err != nil {
			t.Errorf("%s does not come back: %v", e.Name, err)
			continue
		}
		if d := cmp.Diff(e, back); d != "" {
			t.Errorf("%s changed (-was +is):\n%s", e.Name, d)
		}
	}
}

func TestSeedsTellTheirStory(t *testing.T) {
	seeds, err := Seeds()
	if err != nil {
		t.Fatal(err)
	}
	same := map[string]string{}
	for _, e := range seeds {
		if e.Story == "" || e.Source == "" {
			t.Errorf("%s: a seed opens with its story and ends that with a line \"Source:\"", e.Name)
		}
		if !strings.HasSuffix(e.Story, ".") {
			t.Errorf("%s: the story is no sentence: %q", e.Name, e.Story)
		}
		if e.Trace.Profile != "" {
			t.Errorf("%s: a seed is for every profile", e.Name)
		}
		if other := same[e.Trace.String()]; other != "" {
			t.Errorf("%s and %s are the same trace", e.Name, other)
		}
		same[e.Trace.String()] = e.Name
	}
}

func TestSeedsAreTraces(t *testing.T) {
	folder := fstest.MapFS{"a.txt": {Data: []byte(model.Version + "\nping 61\n  > ping 61\nend\n")}, "README": {Data: []byte("no trace")}}
	got, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{{Name: "a", Trace: &model.Trace{Ops: []model.Op{{Kind: model.Ping, Data: model.Bytes("a")}}}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestErrorsNameFileAndLine(t *testing.T) {
	folder := fstest.MapFS{"bad.txt": {Data: []byte(model.Version + "\npang 61\n")}}
	_, err := Load(folder)
	if err == nil || !strings.Contains(err.Error(), "bad") || !strings.Contains(err.Error(), "2:1") {
		t.Errorf("got %v", err)
	}
}

// FuzzRead: whatever a file holds, it is an entry whose text gives the same entry
// again, or an error that names file and place.
func FuzzRead(f *testing.F) {
	seeds, err := Seeds()
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range seeds {
		f.Add([]byte(e.Text()))
	}
	f.Add([]byte("# a story\r\n#\n# Source: x\n" + model.Version + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := Read("file", string(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read trace file: ") {
				t.Fatalf("the error does not name the file: %v", err)
			}
			return
		}
		back, err := Read("file", e.Text())
		if err != nil {
			t.Fatalf("%v\n%s", err, e.Text())
		}
		if d := cmp.Diff(e, back); d != "" {
			t.Fatalf("it changed (-was +is):\n%s", d)
		}
	})
}
