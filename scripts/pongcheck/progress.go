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

// progress shows on stderr how far a run is: on a terminal by a line that is
// written over and over, elsewhere by a line every few minutes and for what matters.
type progress struct {
	w      io.Writer
	live   bool // w is a terminal
	name   string
	began  time.Time
	state  func() string // says how far the run is
	stage  atomic.Value  // string: what is being done
	tried  atomic.Int64  // traces, those of shrinks included
	quit   chan struct{}
	done   chan struct{}
	screen sync.Mutex // of w
}

// startProgress begins to show what state returns.
func startProgress(w io.Writer, name string, state func(p *progress) string) *progress {
	p := &progress{w: w, live: isTerminal(w), name: name, began: time.Now(), quit: make(chan struct{}), done: make(chan struct{})}
	p.state = func() string { return state(p) }
	go p.redraw()
	return p
}

// enter says what is being done from now on.
func (p *progress) enter(stage string) { p.stage.Store(stage) }

// seconds is how long the run has lasted, in words.
func (p *progress) seconds() string { return fmt.Sprintf("%.0f s", time.Since(p.began).Seconds()) }

// plainEvery is how often a line says how far the run is where there is no terminal.
const plainEvery = 3 * time.Minute

// clearLine removes the live line from the terminal.
func (p *progress) clearLine() { fmt.Fprint(unwrapPlain(p.w), "\r\x1b[K") }

// redraw writes the line again and again until the run ends.
func (p *progress) redraw() {
	defer close(p.done)
	every := plainEvery
	if p.live {
		every = 200 * time.Millisecond
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if !p.live {
				p.note("%s", p.state())
				continue
			}
			line := p.name + ": " + p.state()
			line = line[:min(len(line), widthOf(p.w)-1)] // a longer one would wrap, and stay
			p.screen.Lock()
			p.clearLine()
			fmt.Fprint(p.w, line)
			p.screen.Unlock()
		case <-p.quit:
			if p.live {
				p.clearLine()
			}
			return
		}
	}
}

// Write writes what others log, in place of the live line.
func (p *progress) Write(b []byte) (int, error) {
	p.screen.Lock()
	defer p.screen.Unlock()
	if p.live {
		p.clearLine()
	}
	return p.w.Write(b)
}

// clear removes the live line, so that standard output can use the line until it is redrawn.
func (p *progress) clear() { _, _ = p.Write(nil) }

// note writes a line.
func (p *progress) note(format string, args ...any) {
	fmt.Fprintf(p, "%s: %s\n", p.name, fmt.Sprintf(format, args...))
}

func (p *progress) stop() {
	close(p.quit)
	<-p.done
}

// countTraces returns impl with its traces counted.
func (p *progress) countTraces(impl *model.Implementation) *model.Implementation {
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
		w.New = func() model.Subject { return &countedSubject{impl.New(), &p.tried} }
	}
	return &w
}

// countedSubject counts the traces that a subject steps.
type countedSubject struct {
	model.Subject
	tried *atomic.Int64
}

func (w *countedSubject) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		w.tried.Add(1)
	}
	w.Subject.Step(ev, out)
}
