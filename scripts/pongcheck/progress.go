package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// progress tells on stderr how far a run is: on a terminal by a line that is
// written over and over, elsewhere by a line for what matters.
type progress struct {
	w     io.Writer
	live  bool
	name  string
	began time.Time
	far   func() string
	tried atomic.Int64 // traces, those of shrinks included
	quit  chan struct{}
	done  chan struct{}
	mu    sync.Mutex // of w
}

func newProgress(w io.Writer, name string) *progress {
	p := &progress{w: w, name: name}
	p.start(func() string { return fmt.Sprintf("%d traces tried", p.tried.Load()) })
	return p
}

// start begins to tell how far it is.
func (p *progress) start(far func() string) {
	p.live, p.began, p.far = terminal(p.w), time.Now(), far
	p.quit, p.done = make(chan struct{}), make(chan struct{})
	go p.tick()
}

func (p *progress) tick() {
	defer close(p.done)
	if !p.live {
		return
	}
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.mu.Lock()
			fmt.Fprintf(p.w, "\r\x1b[K%s: %s, %.0f s", p.name, p.far(), time.Since(p.began).Seconds())
			p.mu.Unlock()
		case <-p.quit:
			fmt.Fprint(p.w, "\r\x1b[K")
			return
		}
	}
}

// note writes a line.
func (p *progress) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintf(p.w, "%s: %s\n", p.name, fmt.Sprintf(format, args...))
}

func (p *progress) stop() {
	close(p.quit)
	<-p.done
}

// watch is impl with its traces counted.
func (p *progress) watch(impl *model.Implementation) *model.Implementation {
	w := *impl
	switch {
	case impl.Run != nil:
		w.Run = func(ctx context.Context, traces iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
			return func(yield func(*model.Transcript, error) bool) {
				for t, err := range impl.Run(ctx, traces) {
					p.tried.Add(1)
					if !yield(t, err) {
						return
					}
				}
			}
		}
	case impl.Around != nil:
		w.Around = func(f func()) { p.tried.Add(1); impl.Around(f) }
	default:
		w.New = func() model.Subject { return &watched{impl.New(), &p.tried} }
	}
	return &w
}

type watched struct {
	model.Subject
	tried *atomic.Int64
}

func (w *watched) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		w.tried.Add(1)
	}
	w.Subject.Step(ev, out)
}
