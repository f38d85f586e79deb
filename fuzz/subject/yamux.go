package subject

import (
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/hashicorp/yamux"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newYamux adapts github.com/hashicorp/yamux, with the DefaultConfig of its documentation. Its
// Session.Ping numbers its pings and waits for the answer to exactly that number, for as long as
// Config.ConnectionWriteTimeout, ten seconds. Its keepalive takes that time-out, too.
func newYamux() *model.Implementation {
	impl := adaptLibrary("yamux", yamux.DefaultConfig, model.Info{
		Can: model.KindsOf(model.Ping, model.Pong, model.RecvPing, model.Close,
			model.Drop, model.EOF, model.Advance, model.Settle, model.Block, model.Resume),
		Sees:    model.SeesFrames | model.SeesWaiters | model.SeesErrors | model.SeesClosed | model.SeesCrash,
		Roles:   model.BothRoles,
		Chooses: true,
		Keeps:   true,
		Cuts:    true,
		Each:    true,
	}, openYamux)
	impl.Around = harness.BubbleAlone // it has a sync.Pool of timers
	return impl
}

func openYamux(h *harness.Host) (ep harness.Endpoint, err error) {
	config := yamux.DefaultConfig()
	config.LogOutput = io.Discard
	if lacksTimeout(h) {
		return ep, errors.ErrUnsupported
	}
	if config.EnableKeepAlive = h.Config.Interval > 0; config.EnableKeepAlive {
		config.KeepAliveInterval, config.ConnectionWriteTimeout = h.Config.Interval, h.Config.Timeout
	}
	h.Speak(yamuxWire())
	open := yamux.Server
	if h.Config.Role == model.Client {
		open = yamux.Client
	}
	s, err := open(h.Conn, config)
	if err != nil {
		return ep, err
	}
	h.Go("CloseChan", func() {
		<-s.CloseChan()
		h.Closed()
	})
	return harness.Endpoint{
		PingAny: func(context.Context) error { _, err := s.Ping(); return err },
		Close:   func(int) error { return s.Close() },
		Kind:    kindOfYamux,
	}, nil
}

func kindOfYamux(err error) (model.ErrKind, string) {
	switch err {
	case yamux.ErrSessionShutdown:
		return model.ErrClosed, ""
	case yamux.ErrTimeout, yamux.ErrConnectionWriteTimeout:
		return model.ErrTimeout, ""
	}
	return kindWithoutName(err)
}

// yamuxWire writes and reads ping frames (spec.md of the library): version, type, flags,
// stream, and the number where other frames have their length.
func yamuxWire() harness.Wire {
	const size, data, ping, query, answered = 4, 0, 2, 1, 2
	return &cousin{
		opaque: opaque{size: size},
		head:   12,
		body: func(head []byte) int {
			if head[1] != data {
				return 0
			}
			return int(binary.BigEndian.Uint32(head[8:]))
		},
		ping: func(f []byte) ([]byte, bool, bool) { return f[8:], f[3] == answered, f[1] == ping },
		make: func(b, payload []byte, answer bool) []byte {
			var flags byte = query
			if answer {
				flags = answered
			}
			return append(append(b, 0, ping, 0, flags, 0, 0, 0, 0), payload...)
		},
	}
}
