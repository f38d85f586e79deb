package driver

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// collect runs traces to the end and checks that their order was kept.
func collect(t *testing.T, d *Driver, n, at int, odd *model.Trace) ([]*model.Transcript, error) {
	t.Helper()
	var got []*model.Transcript
	for tr, err := range d.run(t.Context(), many(n, at, odd)) {
		if err != nil {
			return got, err
		}
		if want := int64(len(got) + 1); tr.Config.Seed != want {
			t.Fatalf("transcript of trace %d came in the place of %d", tr.Config.Seed, want)
		}
		got = append(got, tr)
	}
	return got, nil
}

func TestRunKeepsOrder(t *testing.T) {
	d := open(t, "", Options{Processes: 3, Ahead: 5})
	got, err := collect(t, d, 1000, -1, nil)
	if err != nil || len(got) != 1000 {
		t.Fatalf("%d transcripts, error %v", len(got), err)
	}
	if n := len(d.idle); n < 1 || n > 3 { // a slow start may come when nothing is left to do
		t.Errorf("%d processes are kept, want 1 to 3", n)
	}
}

func TestTranscript(t *testing.T) {
	d := open(t, "", Options{})
	trace, err := text.ParseString("pongcheck-trace 1\nprofile rfc\nconfig role=client keepalive=20s/20s seed=7\n" +
		"ping 61\npong $1[:3]\nadvance 20s\n")
	if err != nil {
		t.Fatal(err)
	}
	for got, err := range d.run(t.Context(), slices.Values([]*model.Trace{trace.Trace()})) {
		if err != nil {
			t.Fatal(err)
		}
		want := "pongcheck-trace 1\nprofile rfc\nsubject fake/honest 1.2\nsees frames waiters errors latency messages closed crash told\nconfig role=client keepalive=20s/20s seed=7\n" +
			"ping 61\n  > ping 61\npong $1[:3]\n  < 61\n  1 acked 20ms\nadvance 20s\nend\n  closed\n"
		if got.String() != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// A Run within the loop of another one, as a shrinker has it, and a loop that is
// left in the middle.
func TestNestedRuns(t *testing.T) {
	d := open(t, "", Options{Processes: 2})
	inner := 0
	for range 20 {
		for _, err := range d.run(t.Context(), many(5, -1, nil)) {
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range d.run(t.Context(), many(2, -1, nil)) {
				if err != nil {
					t.Fatal(err)
				}
				inner++
			}
			break
		}
	}
	if inner != 40 {
		t.Errorf("%d transcripts of inner runs, want 40", inner)
	}
}

// A loop that is left when all it sent is answered keeps the process.
func TestBreakAfterTheOnlyTrace(t *testing.T) {
	d := open(t, "", Options{})
	p := d.idle[0]
	for range 100 {
		for range d.run(t.Context(), many(1, -1, nil)) {
			break
		}
	}
	if len(d.idle) != 1 || d.idle[0] != p || !p.isAlive() {
		t.Error("the process was not kept")
	}
}

// Nothing is sent to a process that ended while nobody looked.
func TestIdleDeath(t *testing.T) {
	d := open(t, "", Options{})
	p := d.idle[0]
	p.kill()
	<-p.exited
	if got, err := collect(t, d, 3, -1, nil); err != nil || len(got) != 3 {
		t.Errorf("%d transcripts, error %v", len(got), err)
	}
}

func TestSlowLoopIsNoSilence(t *testing.T) {
	t.Parallel()
	d := open(t, "", Options{Processes: 1, Ahead: 2, Silence: 500 * time.Millisecond})
	n := 0
	for _, err := range d.run(t.Context(), many(20, -1, nil)) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 3 {
			<-time.After(time.Second) // longer than the limit
		}
	}
	if n != 20 {
		t.Errorf("%d transcripts", n)
	}
}

func TestContextEndsRun(t *testing.T) {
	d := open(t, "", Options{Processes: 1})
	p := d.idle[0]
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	go func() { // as soon as the process hangs
		for !strings.Contains(string(p.stderr.Bytes()), "hanging") {
			runtime.Gosched()
		}
		cancel(cause)
	}()
	for _, err := range d.run(ctx, many(1000, 0, do("hang"))) {
		if err != cause {
			t.Errorf("got %v, want the cause", err)
		}
	}
	if p.isAlive() || len(d.live) != 0 {
		t.Errorf("alive %v, %d processes are known", p.isAlive(), len(d.live))
	}
}

func TestOpenContextClosesDriver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d, err := Open(ctx, Options{Env: []string{"PONGCHECK_FAKE="}}, os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	p := d.idle[0]
	cancel()
	<-p.exited
	if _, err := collect(t, d, 1, -1, nil); !errors.Is(err, errClosed) {
		t.Errorf("got %v, want %v", err, errClosed)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestInProcess(t *testing.T) {
	d := inProcess(t, Options{Processes: 2})
	if got, err := collect(t, d, 500, -1, nil); err != nil || len(got) != 500 {
		t.Errorf("%d transcripts, error %v", len(got), err)
	}
	if impl := d.Implementation(); impl.Name != "fake/honest" || impl.Run == nil {
		t.Errorf("got %+v", impl)
	}
}
