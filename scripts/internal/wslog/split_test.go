package wslog_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// checkSplit cuts a log before line at, from 0, and fails if a part has a FAILED of a rule
// that the whole log has not. A mangled Pong whose Ping is answered exactly in another part is
// no such case: the first part alone does show it.
func checkSplit(t *testing.T, log string, at int) {
	t.Helper()
	rows := strings.SplitAfter(log, "\n")
	whole, err := wslog.Read(strings.NewReader(log))
	if err != nil || at <= 0 || at >= len(rows) {
		return
	}
	failed := map[string]bool{}
	for _, r := range whole.Judge() {
		if r.Connection.Mixed != "" || r.Verdict == model.NotObserved {
			return
		}
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Verdict == model.FAILED {
				failed[f.Rule.String()] = true
			}
		}
	}
	parts, readings := [2]*wslog.Log{}, map[string]int{}
	for n, part := range []string{strings.Join(rows[:at], ""), strings.Join(rows[at:], "")} {
		l, err := wslog.Read(strings.NewReader(part))
		if err != nil {
			l = new(wslog.Log)
		}
		parts[n] = l
		addReadings(readings, l, n*at)
	}
	if !maps.Equal(readings, addReadings(map[string]int{}, whole, 0)) {
		return // most lines decide how a line is read that fits two readings
	}
	for n, l := range parts {
		for _, r := range l.Judge() {
			for i := range r.Findings {
				f := &r.Findings[i]
				if f.Verdict == model.FAILED && !failed[f.Rule.String()] && !isAnswered(whole, f) {
					t.Errorf("part %d of the log split before line %d: line %d: %s FAILED, which the whole log does not show: %s\n%.3000s", n+1, at+1, f.Line, f.Rule, f.Sentence(), log)
				}
			}
		}
	}
}

// addReadings counts how the lines of a log are read that begins behind so many lines.
func addReadings(readings map[string]int, l *wslog.Log, behind int) map[string]int {
	for _, c := range l.Connections {
		for i := range c.Frames {
			f := &c.Frames[i]
			readings[fmt.Sprint(c.ID, f.Line+behind, f.Out, f.Opcode, f.Data)]++
		}
	}
	return readings
}

// isAnswered reports whether a Ping that is said to be answered wrongly has an exact answer.
func isAnswered(l *wslog.Log, f *model.Finding) bool {
	for _, c := range l.Connections {
		for i := range c.Frames {
			if x := &c.Frames[i]; f.Rule.String() == "pong.echo" && x.Opcode == frame.Pong && x.Data.Head == f.Want {
				return true
			}
		}
	}
	return false
}

func TestSplitLogsShowNothingNew(t *testing.T) {
	var logs []string
	files, _ := filepath.Glob("testdata/*.log")
	wild, _ := filepath.Glob("testdata/wild/*.log")
	for _, file := range append(files, wild...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, string(b))
	}
	for _, v := range variations {
		logs = append(logs, v.log)
	}
	places := 40 // in each log
	if testing.Short() {
		places = 7
	}
	for _, log := range logs {
		n := strings.Count(log, "\n")
		for at := 1; at < n; at += max(1, n/places) {
			checkSplit(t, log, at)
		}
	}
}
