package subject

//lint:file-ignore SA1019 it is the library under test that is deprecated

import (
	"context"
	"encoding/binary"
	"errors"

	"golang.org/x/net/http2"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// newHTTP2 adapts the client of golang.org/x/net/http2, through Transport.NewClientConn. Its Ping
// chooses eight random bytes, and waits for a PING frame that acknowledges exactly those (RFC 9113
// section 6.7). Its keepalive is the health check of Transport.ReadIdleTimeout and PingTimeout.
//
// Its writes stall on a sync.Mutex (ClientConn.wmu), so they are never blocked.
func newHTTP2() *model.Implementation {
	return adaptLibrary("http2", http2.ReadFrameHeader, model.Info{
		Can: model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Close,
			model.Drop, model.EOF, model.Advance, model.Settle),
		Sees:    model.SeesFrames | model.SeesWaiters | model.SeesErrors | model.SeesClosed | model.SeesCrash,
		Roles:   model.ClientRole,
		Chooses: true,
		Keeps:   true,
		Cuts:    true,
		Each:    true,
	}, func(h *harness.Host) (ep harness.Endpoint, err error) {
		if lacksTimeout(h) {
			return ep, errors.ErrUnsupported
		}
		h.Speak(http2Wire(nil, len(http2.ClientPreface)))
		t := &http2.Transport{ReadIdleTimeout: h.Config.Interval, PingTimeout: h.Config.Timeout}
		c, err := t.NewClientConn(h.ClosingConn())
		if err != nil {
			return ep, err
		}
		return harness.Endpoint{PingAny: c.Ping, Close: func(int) error { return c.Close() }, Kind: kindWithoutName}, nil
	})
}

// newHTTP2Server adapts the server, through Server.ServeConn. It answers pings, and an
// application cannot ask it for one. Its keepalive is that of Server.ReadIdleTimeout and
// PingTimeout.
func newHTTP2Server() *model.Implementation {
	return adaptLibrary("http2/server", http2.ReadFrameHeader, model.Info{
		Can:   model.KindsOf(model.Pong, model.RecvPing, model.Drop, model.EOF, model.Advance, model.Settle),
		Sees:  model.SeesFrames | model.SeesClosed | model.SeesCrash,
		Roles: model.ServerRole,
		Keeps: true,
		Cuts:  true,
		Each:  true,
	}, func(h *harness.Host) (ep harness.Endpoint, err error) {
		if lacksTimeout(h) {
			return ep, errors.ErrUnsupported
		}
		s := &http2.Server{ReadIdleTimeout: h.Config.Interval, PingTimeout: h.Config.Timeout}
		h.Speak(http2Wire([]byte(http2.ClientPreface), 0))
		h.Go("ServeConn", func() {
			defer h.Closed()
			s.ServeConn(h.Conn, &http2.ServeConnOpts{Context: context.Background()})
		})
		return ep, nil
	})
}

// lacksTimeout reports whether the keepalive of a trace has no time-out. The libraries without
// such a keepalive would take their default for it.
func lacksTimeout(h *harness.Host) bool { return h.Config.Interval > 0 && h.Config.Timeout == 0 }

// kindWithoutName leaves out the library's word, which tells only which of several goroutines saw
// the end first.
func kindWithoutName(err error) (model.ErrKind, string) {
	kind, _ := harness.KindOf(err)
	return kind, ""
}

// http2Wire writes and reads PING frames (RFC 9113 sections 4.1 and 6.7). Before its
// first one the peer sends preface and a SETTINGS frame that sets nothing; the library's
// preface is skipped.
func http2Wire(preface []byte, skip int) harness.Wire {
	const size, ping, ack = 8, byte(http2.FramePing), byte(http2.FlagPingAck)
	return &cousin{
		opaque: opaque{size: size},
		hello:  append(preface, 0, 0, 0, byte(http2.FrameSettings), 0, 0, 0, 0, 0),
		skip:   skip,
		head:   9,
		body:   func(head []byte) int { return int(binary.BigEndian.Uint32(head) >> 8) },
		ping: func(f []byte) ([]byte, bool, bool) {
			return f[9:], f[4]&ack != 0, f[3] == ping && len(f) == 9+size
		},
		make: func(b, payload []byte, answer bool) []byte {
			var flags byte
			if answer {
				flags = ack
			}
			return append(append(b, 0, 0, size, ping, flags, 0, 0, 0, 0), payload...)
		},
	}
}
