package harness

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// testPipe runs f on a pipe whose writes are collected in a bubble.
func testPipe(cut int, f func(p *pipe, wrote *strings.Builder)) {
	Bubble(func() {
		p, wrote := newPipe(cut), new(strings.Builder)
		p.onWrite = func(b []byte) { wrote.Write(b) }
		p.onClose = func(bool) { wrote.WriteString("|") }
		f(p, wrote)
	})
}

func (p *pipe) feedString(s string) {
	p.feedReader(func(b []byte) []byte { return append(b, s...) })
}

func TestPipeReads(t *testing.T) {
	testPipe(2, func(p *pipe, _ *strings.Builder) {
		p.feedString("abc")
		p.feedString("de")
		buf := make([]byte, 8)
		for _, want := range []string{"ab", "cd", "e"} {
			if n, err := p.Read(buf); err != nil || string(buf[:n]) != want {
				t.Errorf("cut=2: got %q, %v, want %q", buf[:n], err, want)
			}
		}
		p.feedString("f")
		p.setCondition(&p.peerEnded, true)
		p.feedString("g")
		if rest, err := io.ReadAll(p); string(rest) != "f" || err != nil {
			t.Errorf("got %q, %v: what came before the end can be read, nothing comes after", rest, err)
		}
	})
}

// Each way to end a wait ends those of readers and of stalled writers.
func TestPipeWaits(t *testing.T) {
	for _, c := range []struct {
		why  string
		end  func(p *pipe)
		want error
	}{
		{"close", func(p *pipe) { p.Close() }, net.ErrClosed},
		{"drop", func(p *pipe) { p.setCondition(&p.broken, true) }, errBroken},
		{"drop and close", func(p *pipe) { p.setCondition(&p.broken, true); p.Close() }, errBroken},
		{"deadline", func(p *pipe) { p.SetDeadline(time.Now().Add(time.Second)) }, os.ErrDeadlineExceeded},
		{"deadline in the past", func(p *pipe) { p.SetDeadline(time.Unix(1, 0)) }, os.ErrDeadlineExceeded},
	} {
		testPipe(0, func(p *pipe, wrote *strings.Builder) {
			p.setCondition(&p.writesBlocked, true)
			var read, write error
			go func() { _, read = p.Read(make([]byte, 1)) }()
			go func() { _, write = p.Write([]byte("lost")) }()
			restBubble()
			if read != nil || write != nil {
				t.Errorf("%s: a call did not wait: %v, %v", c.why, read, write)
			}
			c.end(p)
			time.Sleep(2 * time.Second)
			restBubble()
			if !errors.Is(read, c.want) || !errors.Is(write, c.want) {
				t.Errorf("%s: got %v and %v, want %v", c.why, read, write, c.want)
			}
			if strings.Contains(wrote.String(), "lost") {
				t.Errorf("%s: a write that failed has left", c.why)
			}
		})
	}
}

func TestPipeWritesKeepTheirOrder(t *testing.T) {
	testPipe(0, func(p *pipe, wrote *strings.Builder) {
		p.setCondition(&p.writesBlocked, true)
		for c := 'a'; c <= 'z'; c++ {
			go func() { p.Write([]byte{byte(c)}) }()
			restBubble()
		}
		p.setCondition(&p.writesBlocked, false)
		restBubble()
		if got := wrote.String(); got != "abcdefghijklmnopqrstuvwxyz" {
			t.Errorf("got %q", got)
		}
	})
}

func TestPipeAfterClose(t *testing.T) {
	testPipe(0, func(p *pipe, wrote *strings.Builder) {
		p.feedString("a")
		p.Write([]byte("b"))
		p.SetDeadline(time.Now().Add(time.Hour))
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		_, errRead := p.Read(nil)
		_, errWrite := p.Write(nil)
		for _, err := range []error{errRead, errWrite, p.Close(), p.SetReadDeadline(time.Time{})} {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("got %v, want net.ErrClosed", err)
			}
		}
		if wrote.String() != "b|" {
			t.Errorf("wrote %q, want one end after what was written", wrote)
		}
	})
}
