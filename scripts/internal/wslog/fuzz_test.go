package wslog_test

import (
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// printed is a log with the frames of a connection.
func printed(c *wslog.Connection) string {
	var b strings.Builder
	if c.Begun {
		b.WriteString("= connection is OPEN\n")
	}
	for i := range c.Frames {
		b.WriteString(c.Frames[i].String() + "\n")
	}
	return b.String()
}

// FuzzRead reads anything. A log that is read can be printed and read again, with
// the same frames; errors are typed and name a line; judging never fails, every finding
// has a line of its connection, and the verdict is that of the worst. A log that is split shows
// nothing new.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.log")
	wild, _ := filepath.Glob("testdata/wild/*")
	files = append(files, wild...)
	for _, file := range append(files, "testdata/cases.txt") {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, log := range strings.Split(string(b), "=>\n") {
			if len(log) < 8<<10 {
				f.Add([]byte(log)) // the rest is too slow
			}
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		log := string(in)
		l, err := wslog.Read(strings.NewReader(log))
		if err != nil {
			if e := new(wslog.Error); !errors.As(err, &e) || e.Line < 1 && log != "" || e.Do == "" {
				t.Fatalf("reading a string failed with %#v", err)
			}
			if text := err.Error(); model.Plain(text) != text {
				t.Fatalf("an error with raw text: %q", text)
			}
			return
		}
		n := strings.Count(log, "\n")
		for _, at := range []int{n / 3, n / 2, int(crc32.ChecksumIEEE(in)) % max(n, 1)} {
			checkSplit(t, log, at)
		}
		for _, c := range l.Connections {
			if len(c.Frames) > 0 && c.Mixed == "" {
				checkPrinted(t, c)
			}
			local, peer := c.Judge(wslog.Local), c.Judge(wslog.Peer)
			checkResult(t, c, local)
			checkResult(t, c, peer)
			if c.Story(&local, &peer) == "" {
				t.Fatal("a connection without a story")
			}
		}
	})
}

func checkPrinted(t *testing.T, c *wslog.Connection) {
	text := printed(c)
	again, err := wslog.Read(strings.NewReader(text))
	if err != nil || len(again.Connections) != 1 {
		t.Fatalf("a printed log is read otherwise: %v\n%s", err, text)
	}
	same := cmp.Options{cmpopts.IgnoreUnexported(wslog.Frame{}), cmpopts.IgnoreFields(wslog.Frame{}, "Line")}
	if d := cmp.Diff(c.Frames, again.Connections[0].Frames, same); d != "" {
		t.Fatalf("a printed log has other frames (-read +printed and read):\n%s\n%s", d, text)
	}
}

func checkResult(t *testing.T, c *wslog.Connection, r wslog.Result) {
	worst := model.OK
	if r.Verdict == model.NotObserved {
		worst = model.NotObserved
	}
	for _, f := range r.Findings {
		worst = max(worst, f.Verdict)
		crash := f.Crash != ""
		if !crash && (f.Line < c.First || f.Line > c.Last) || crash && f.Line < 1 {
			t.Fatalf("%s: line %d is not in the connection of lines %d to %d", f.Sentence(), f.Line, c.First, c.Last)
		}
		if f.Peer != (r.End == wslog.Peer) || crash && f.Peer {
			t.Fatalf("%s: the wrong end", f.Sentence())
		}
	}
	if worst != r.Verdict {
		t.Fatalf("the verdict is %s, the worst finding is %s", r.Verdict, worst)
	}
}
