package model

import "github.com/pongcheck/pongcheck/frame"

// maskKey is the key with which the peer masks its frames towards a server: that
// of the examples in RFC 6455 section 5.7. A fixed key makes the bytes of a trace
// the same for every subject.
var maskKey = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// PeerFrame returns the header and the payload of the frame that the peer sends for an
// event other than raw, for adapters that deliver bytes. The caller compresses a message
// that is marked as compressed: that needs the window of the connection.
func PeerFrame(ev *Event, role Role) (frame.Header, string) {
	h := frame.Header{Fin: true, Masked: role == Server}
	if h.Masked {
		h.Key = maskKey
	}
	data := ev.Data
	switch ev.Kind {
	case Pong:
		h.Opcode = frame.Pong
	case RecvPing:
		h.Opcode = frame.Ping
	case PeerClose:
		h.Opcode, data = frame.Close, peerCloseData(ev.N)
	case Cont:
		h.Opcode, h.Fin = frame.Continuation, ev.Fin
	case Msg, Frag:
		h.Opcode, h.Fin = frame.Binary, ev.Kind == Msg
		if ev.Text {
			h.Opcode = frame.Text
		}
		if ev.Z {
			h.RSV = frame.RSV1
		}
	}
	h.Length = uint64(len(data))
	return h, data
}

// peerCloseData returns the payload of a Close of the peer's, or of its echo: empty for
// code 0.
func peerCloseData(code int) string {
	if code == 0 {
		return ""
	}
	return closeData(code)
}

// closeData returns the payload of a Close with a code; 0 stands for 1000.
func closeData(code int) string {
	if code == 0 {
		code = int(frame.NormalClosure)
	}
	if code >= firstCode && code <= lastCode {
		return closeCodes[2*(code-firstCode):][:2]
	}
	return string([]byte{byte(code >> 8), byte(code)})
}

// closeCodes holds the two bytes of each code from firstCode to lastCode, one behind the
// other, so that closeData need not allocate.
var closeCodes = func() string {
	var b []byte
	for code := firstCode; code <= lastCode; code++ {
		b = append(b, byte(code>>8), byte(code))
	}
	return string(b)
}()

const firstCode, lastCode = 1000, 4999

// mayCloseWith reports whether an application may close with code; 0 stands for none.
func mayCloseWith(code int) bool { return code == 0 || frame.CloseCode(code).Sendable() }
