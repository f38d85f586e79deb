package harness

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

func TestBubbleTimeIsVirtual(t *testing.T) {
	start := time.Now()
	var slept time.Duration
	Bubble(func() {
		inside := time.Now()
		time.Sleep(time.Hour)
		slept = time.Since(inside)
	})
	if real := time.Since(start); slept != time.Hour || real > time.Minute {
		t.Errorf("an hour within took %v there and %v here", slept, real)
	}
}

func TestBubblePassesPanicsOn(t *testing.T) {
	defer func() {
		err, _ := recover().(error)
		if !errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "bubble_test.go") {
			t.Errorf("got %v, want io.EOF with a stack", err)
		}
	}()
	Bubble(func() { panic(io.EOF) })
}

func TestBubblePassesExitsOn(t *testing.T) {
	after := false
	t.Run("", func(t *testing.T) {
		Bubble(func() { t.SkipNow() })
		after = true
	})
	if after {
		t.Error("the caller went on after SkipNow in a bubble")
	}
}

func TestBubbleTellsOfLeaks(t *testing.T) {
	defer func() {
		hang, _ := recover().(*Hang)
		if hang == nil || !strings.Contains(hang.Reason, "deadlock") || !strings.Contains(hang.Error(), "bubble_test.go") {
			t.Errorf("got %v, want the stack of the goroutine that is left", hang)
		}
	}()
	Bubble(func() { go func() { select {} }() })
}

// What the toy leaves behind, or does not come to rest from, is a finding with its trace.
func TestStuckGoroutinesAreFindings(t *testing.T) {
	setPatience(t, 3*time.Second)
	for _, c := range []struct{ ops, want, place string }{
		{"msg-send text \"leak\"\n", "FAILED leak at op 2 of 2", "toy_test.go"},
		{"ping 61\nmsg-send text \"lock\"\nping 62\n", "FAILED hang at op 2 of 2", "waits for a lock (sync.Mutex.Lock)"},
		{"msg-send text \"late\"\n", "", ""},
	} {
		impl := toyImplementation()
		checker := model.NewChecker(model.RFC(), impl.Info)
		checker.Record = true
		r := checker.RunIn(impl, parse(t, c.ops).Trace())
		got, place := "", ""
		if f := r.Failure(); f != nil {
			got, place = fmt.Sprintf("%s %s at op %d of %d", f.Verdict, f.Class(), f.Op, r.Ops+1), f.Got
			if f.Class() == "hang" {
				got = fmt.Sprintf("%s %s at op %d of %d", f.Verdict, f.Class(), f.Op, r.Ops)
			}
			if !strings.Contains(f.Stack, "toy_test.go") {
				t.Errorf("%s: the stack is %q", c.ops, f.Stack)
			}
		}
		if got != c.want || !strings.Contains(place, c.place) {
			t.Errorf("got %s, %q, want %s, %s\n%s", got, place, c.want, c.place, r.Transcript)
		}
		if again := checker.RunIn(impl, parse(t, "ping 61\npong 61\n").Trace()); again.Verdict != model.OK {
			t.Errorf("after it: %s\n%s", again.Verdict, again.Transcript)
		}
	}
}

func toyImplementation() *model.Implementation {
	info := model.Everything()
	info.Keeps, info.Sees = false, info.Sees&^(model.SeesLatency|model.SeesConnLat)
	return &model.Implementation{Name: "toy", New: Subject(openToy), Around: Bubble, Info: info}
}

// setPatience sets it for the rest of the test.
func setPatience(t *testing.T, d time.Duration) {
	was := hangTimeout
	t.Cleanup(func() { hangTimeout = was })
	hangTimeout = d
}

func TestNoBubble(t *testing.T) {
	tr := parse(t, "ping 61\n").Trace()
	r, err := model.Check(t.Context(), model.RFC(), &model.Implementation{Name: "bare", New: Subject(openToy), Info: model.Everything()}, tr)
	if r != nil || err == nil || !strings.HasSuffix(err.Error(), "set Around: harness.Bubble in its model.Implementation") {
		t.Errorf("without a bubble: %v, error %v", r, err)
	}
}

// A goroutine that waits for a mutex is not at rest, as a bubble sees it.
func TestBubbleTellsOfNoRest(t *testing.T) {
	setPatience(t, 60*time.Millisecond)
	var mu sync.Mutex
	defer func() {
		hang, _ := recover().(*Hang)
		if hang == nil || !strings.Contains(hang.Reason, "wait for a lock") || !strings.Contains(hang.Place, "bubble_test.go") || !strings.Contains(hang.Place, "waits for a lock (sync.Mutex.Lock)") {
			t.Errorf("got %v, want the stack of the goroutine that waits", hang)
		}
		mu.Unlock() // so that the bubble can end after all
	}()
	mu.Lock()
	Bubble(func() {
		go func() {
			mu.Lock()
			defer mu.Unlock()
		}()
		restBubble()
	})
}

// One that runs on waits for no mutex, and no mutex is blamed.
func TestBubbleTellsOfALoop(t *testing.T) {
	setPatience(t, 60*time.Millisecond)
	var stop atomic.Bool
	defer func() {
		if hang, _ := recover().(*Hang); hang == nil || hang.Reason != "no step came to rest within 60ms" {
			t.Errorf("got %v", hang)
		}
		stop.Store(true)
	}()
	Bubble(func() {
		for !stop.Load() {
			runtime.Gosched()
		}
	})
}

func TestPatienceCountsFromTheLastStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		time.AfterFunc(10*time.Second+1, func() { stepsDone.Add(1) })
		defer func() {
			if d := time.Since(began); recover() == nil || d != 40*time.Second+200*time.Millisecond {
				t.Errorf("gave up after %v", d)
			}
		}()
		(&bubble{}).watchProgress()
	})
}

// Eight bubbles are open at the same time, again and again. Each has a clock of its own: it
// starts in 2000, and shows afterwards exactly what its own goroutines slept.
func TestBubblesSideBySide(t *testing.T) {
	const width = 8
	for range 20 {
		var all sync.WaitGroup
		opened, allOpen := make(chan int, width), make(chan struct{})
		for i := range width {
			all.Go(func() {
				var start, end time.Time
				Bubble(func() {
					start = time.Now()
					opened <- i
					<-allOpen // of no bubble: no clock goes on meanwhile
					time.Sleep(time.Duration(i+1) * time.Second)
					end = time.Now()
				})
				if want := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); !start.Equal(want) {
					t.Errorf("bubble %d starts at %v, want %v", i, start, want)
				}
				if got, want := end.Sub(start), time.Duration(i+1)*time.Second; got != want {
					t.Errorf("in bubble %d %v passed, want %v", i, got, want)
				}
			})
		}
		for range width {
			<-opened
		}
		close(allOpen)
		all.Wait()
	}
}

// plain is a command that was not built by go test.
const plain = `package main

import (
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/harness"
)

func main() {
	for range 3 {
		harness.Bubble(func() { time.Sleep(24 * time.Hour) })
	}
	func() {
		defer func() { fmt.Println(recover() != nil) }()
		harness.Bubble(func() { go func() { select {} }() })
	}()
}
`

// A bubble needs more of the testing package than it promises: this notices when
// a release of Go no longer gives that.
func TestBubbleInPlainBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a command")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(plain), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).CombinedOutput()
	if err != nil || string(out) != "true\n" {
		t.Errorf("a plain binary prints %q, want only true (%v)", out, err)
	}
}

func BenchmarkBubble(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Bubble(func() {})
	}
}
