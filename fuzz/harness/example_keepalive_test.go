package harness_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// monitor is a small library: it pings a connection now and then, and closes one that
// does not answer. Only Stop ends its goroutine, as with many a hub or janitor. It has a
// bug: it takes a Pong that came too early for the answer to its next Ping.
type monitor struct {
	conn     *conn
	ponged   chan struct{}
	stop     chan struct{}
	stopOnce sync.Once
}

func watch(c *conn, interval, timeout time.Duration) *monitor {
	m := &monitor{conn: c, ponged: make(chan struct{}, 1), stop: make(chan struct{})}
	go m.run(interval, timeout)
	return m
}

func (m *monitor) run(interval, timeout time.Duration) {
	for {
		select {
		case <-m.stop:
			return
		case <-time.After(interval):
		}
		if m.conn.WritePing([]byte("alive?")) != nil {
			<-m.stop
			return
		}
		select {
		case <-m.stop:
			return
		case <-m.ponged:
		case <-time.After(timeout):
			m.conn.net.Close()
		}
	}
}

// Got takes a Pong.
func (m *monitor) Got([]byte) {
	select {
	case m.ponged <- struct{}{}:
	default:
	}
}

// Stop ends the monitor.
func (m *monitor) Stop() { m.stopOnce.Do(func() { close(m.stop) }) }

func openMonitored(h *harness.Host) (harness.Endpoint, error) {
	var c *conn
	var failed error
	if err := h.Accept(func(w http.ResponseWriter, r *http.Request) { c, failed = upgrade(w, r) }); err != nil {
		return harness.Endpoint{}, err
	}
	if failed != nil {
		return harness.Endpoint{}, failed
	}
	c.OnPong = func([]byte) {}
	if h.Config.Interval > 0 { // the trace asks for a keepalive
		if h.Config.Timeout == 0 {
			return harness.Endpoint{}, errors.ErrUnsupported // this library has no keepalive without a timeout
		}
		m := watch(c, h.Config.Interval, h.Config.Timeout)
		c.OnPong = m.Got
		h.Go("Stop", func() { <-h.Done(); m.Stop() }) // or its goroutine outlives the connection
	}
	h.Go("Read", func() {
		defer h.Closed()
		_ = c.Read()
	})
	return harness.Endpoint{Pong: func(p []byte) error { return c.write(frame.Pong, p) }}, nil
}

// An adapter for a library with a keepalive of its own. The shortest trace of the bug is an
// unsolicited Pong, then silence: the keepalive does not notice that nobody answers.
func Example_keepalive() {
	impl := &model.Implementation{
		Name: "monitor", New: harness.Subject(openMonitored), Around: harness.Bubble,
		Info: model.Info{
			Can:   model.KindsOf(model.Pong, model.SendPong, model.Drop, model.EOF, model.Advance, model.Settle),
			Sees:  model.SeesFrames | model.SeesErrors | model.SeesClosed | model.SeesCrash,
			Roles: model.ServerRole,
			Keeps: true, // open configures a keepalive from Config.Interval and Config.Timeout
			Cuts:  true,
		},
	}
	result, err := props.Run(context.Background(), model.RFC(), impl, props.Options{N: 300})
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range result.Findings {
		if f.Class() == "keepalive.timeout" {
			fmt.Printf("%v: %s\n%s", f.Verdict, f.Sentence(), f.Shrunk)
		}
	}
	// Output:
	// NON-STRICT: keepalive ping 1 is unanswered for 29s and the connection lives on
	// pongcheck-trace 1
	// profile rfc
	// config keepalive=20s/10s
	// pong 61
	// advance 49s
}
