package props

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

var update = flag.Bool("update", false, "write the golden files of what people read")

// screenful is what people can see at once.
const screenful = 50

// origins say where traces come from: every change of the generator changes that.
var origins = regexp.MustCompile(`(?m)^  shown by \((.|\n)*?\):$`)

// golden compares text with the file of that name, and sees that it fits a screen.
func golden(t *testing.T, name, text string) {
	t.Helper()
	all := strings.Split(text, "\n")
	if len(all) > screenful {
		t.Errorf("%d lines are more than a screen has", len(all))
	}
	for _, line := range all {
		if utf8.RuneCountInString(line) > screen {
			t.Errorf("too wide: %s", line)
		}
	}
	text = origins.ReplaceAllString(text, "  shown by (...):")
	file := filepath.Join("testdata", "report", strings.ReplaceAll(name, "/", "-")+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(text+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text+"\n" != string(want) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// What a run tells of a mutant of each family.
func TestFindingsAreToldOnOneScreen(t *testing.T) {
	for _, name := range []string{
		"tracking/cancelled-future", "tracking/close-forgets", "answering/empty", "answering/trailing-nul", "keepalive/too-rare",
		"keepalive/ended-before-ping", "isolation/glued", "isolation/refused-inside", "deep/sorted", "deep/ring-unwrapped",
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := specimen.FindMutant(name)
			if !ok {
				t.Fatal("there is no such mutant")
			}
			_, f := hunt(t, m, Options{Seed: 1, N: mutantTraces})
			if f == nil {
				t.Fatal("it is not found")
			}
			golden(t, name, f.String())
		})
	}
}

// What properties tell: of what nothing else sees, of a hazard, of what breaks a rule,
// and of a subject elsewhere.
func TestViolationsAreToldOnOneScreen(t *testing.T) {
	far := func(impl *model.Implementation) *model.Implementation { return propstest.Elsewhere(impl) }
	here := func(impl *model.Implementation) *model.Implementation { return impl }
	for _, c := range []struct {
		property string
		verdict  model.Verdict
		from     func(*model.Implementation) *model.Implementation
	}{
		{"cuts", model.FAILED, here}, {"renaming", model.NonStrict, here}, {"time-shift", model.FAILED, far},
		{"exactly-once", model.FAILED, here}, {"closed-absorbs", model.NonStrict, here},
	} {
		t.Run(c.property, func(t *testing.T) {
			for _, i := range impostors() {
				if i.property != c.property || i.verdict != c.verdict {
					continue
				}
				x, _ := metamorphic.Find(c.property)
				r, err := RunProperty(t.Context(), x, upTo, c.from(tracking(i.tracker)), Options{N: 3000, Seed: 7})
				if err != nil || len(r.Findings) == 0 {
					t.Fatalf("%v, no violation", err)
				}
				golden(t, "property-"+c.property, r.Findings[len(r.Findings)-1].String())
				return
			}
			t.Fatal("there is no such impostor")
		})
	}
}

func TestLongLinesOfProseAreFolded(t *testing.T) {
	long := strings.Repeat("word ", 30)
	got := foldLines("FAILED x\n  rule:    " + long + "\n    ping " + long + "\n")
	want := "FAILED x\n  rule:    " + strings.TrimRight(strings.Repeat("word ", 17), " ") + "\n           word word" // the rest
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\n    ping "+long) {
		t.Errorf("got\n%s", got)
	}
}

func TestOrigin(t *testing.T) {
	trace := func(n int) *model.Trace { return &model.Trace{Ops: make([]model.Op, n)} }
	f := Finding{Name: "corpus/x", Original: trace(9), Shrunk: trace(3), Tries: 138}
	if got := f.Origin(); got != "trace corpus/x; shrunk from 9 ops to 3 in 138 tries" {
		t.Error(got)
	}
	if f.Tries = 0; f.Origin() != "trace corpus/x" {
		t.Error(f.Origin())
	}
}
