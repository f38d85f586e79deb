package props

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// CheckConcurrent tries what happens when many goroutines ping, cancel and close at
// once, and Pongs come and a keepalive pings meanwhile: it runs traces on impl.Race and fails t for every
// class of flaw, with the shortest history that was found for it. Profile p says what
// is right; what is merely not strict is no flaw here.
//
//	func TestPingsAtOnce(t *testing.T) {
//		props.CheckConcurrent(t, model.RFC(), mylib.Implementation())
//	}
//
// The ops of a trace between two settles are done at once. What was seen must be
// what the same ops do one after the other, in some order that keeps to the intervals
// in which they were done, and to the order of the Pings on the wire: [porcupine]
// looks for it. Before some of the ops time goes on, often to the moment at which a
// keepalive acts: its pings and its time-out then meet them. A keepalive is judged by
// the rules that hold without goroutines, and fails only if no order of what the peer
// sent explains it. Each trace runs twice. In one run one goroutine at a time goes on, and
// which one follows from the trace's seed, so that it can be repeated; the other is
// left to the machine, for the race detector: use -race.
//
// CheckConcurrent stores each failure as [Check] does, with the seed of its schedule, and
// runs it first from then on. It writes porcupine's picture of the history, a page of
// HTML, to the folder that [result.Env] names, or else to t.ArtifactDir under -artifacts.
// With neither, there is no picture.
//
// [porcupine]: https://github.com/anishathalye/porcupine
func CheckConcurrent(t testing.TB, p model.Profile, impl *model.Implementation, options ...func(*Options)) {
	t.Helper()
	o, s := prepareOptions(t, options)
	ctx, stop := context.WithTimeout(t.Context(), timeLeft(t))
	defer stop()
	left := newRecorder(t, p, impl)
	defer left.writeResults(t)
	result, err := RunConcurrent(ctx, p, impl, o)
	left.recordRaces(result, err)
	logLeftOut(t, result)
	for i := range result.Findings {
		f := &result.Findings[i]
		left.addFinding(f.Line())
		text := f.String() + "\n" + f.drawPicture(t, s)
		if !o.NoFiles {
			text += "\n" + s.saveFailure(f)
		}
		t.Errorf("%s", model.Plain(text))
	}
	if result.Undecided > 0 {
		t.Logf("%d of %d histories are undecided", result.Undecided, 2*result.Traces)
	}
	ranToItsEnd(t, impl, result.Traces, err)
}

// drawPicture writes the picture of the history to a folder that outlives the test, if there
// is one, and says where it is.
func (f *Finding) drawPicture(t testing.TB, s store) string {
	folder := os.Getenv(result.Env)
	switch {
	case folder != "":
		folder = filepath.Join(folder, notFilename.ReplaceAllString(s.name, "_"))
	case artifactsKept():
		folder = t.ArtifactDir()
	default:
		return "  picture: run again with -artifacts, or " + result.Env + "=FOLDER"
	}
	name := filepath.Join(folder, notFilename.ReplaceAllString(f.Class(), "_")+".html")
	var page strings.Builder
	err := f.History.Picture(f.Profile, &page)
	if err == nil {
		err = corpus.WriteFile(name, page.String())
	}
	if err != nil {
		return fmt.Sprintf("  no picture: %v", err)
	}
	return "  picture: " + name
}

// artifactsKept reports whether go test runs with -artifacts. Without it the folder of
// ArtifactDir ends with its test.
func artifactsKept() bool {
	kept := flag.Lookup("test.artifacts")
	return kept != nil && kept.Value.String() == "true"
}
