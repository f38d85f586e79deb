package subject

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/coder/websocket"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
)

// Coder is github.com/coder/websocket, through Accept and Dial with their
// defaults, but for a read limit that lets every message of a trace in.
//
// Its Ping chooses the payload (a counter in decimal) and waits for a Pong with
// exactly that. It has no keepalive and cannot send a Pong of its own accord.
func Coder() *model.Implementation {
	return &model.Implementation{
		Name:    "coder",
		Version: versionOf("github.com/coder/websocket", websocket.Accept),
		Profile: "coder",
		Info: model.Info{
			Can:     model.AllKinds &^ model.KindsOf(model.SendPong),
			Sees:    model.SeesAll &^ (model.SeesLatency | model.SeesConnLat),
			Roles:   model.BothRoles,
			Chooses: true,
			Deflate: true,
			Cuts:    true,
		},
		New:    fuzz.Subject(openCoder),
		Around: fuzz.Bubble,
		Race:   fuzz.Race(openCoder),
		Rest:   fuzz.Rest,
	}
}

func openCoder(h *fuzz.Host) (ep fuzz.Endpoint, err error) {
	if h.Config.Interval != 0 {
		return ep, errors.ErrUnsupported
	}
	c, err := dialCoder(h)
	if err != nil {
		return ep, err
	}
	c.SetReadLimit(model.MaxPayload)
	h.Go("Read", func() {
		defer h.Closed()
		defer c.CloseNow()
		for {
			typ, p, err := c.Read(context.Background())
			if err != nil {
				return
			}
			h.Message(typ == websocket.MessageText, p)
		}
	})
	return fuzz.Endpoint{
		PingAny: c.Ping,
		Close:   func(code int) error { return c.Close(websocket.StatusCode(code), "") },
		Send: func(text bool, p []byte) error {
			typ := websocket.MessageBinary
			if text {
				typ = websocket.MessageText
			}
			return c.Write(context.Background(), typ, p)
		},
		Kind: kindOfCoder,
	}, nil
}

// kindOfCoder knows the error by which coder tells of the peer's Close.
func kindOfCoder(err error) (model.ErrKind, string) {
	if code := websocket.CloseStatus(err); code != -1 {
		return model.ErrClosed, code.String()
	}
	return fuzz.KindOf(err)
}

func dialCoder(h *fuzz.Host) (c *websocket.Conn, err error) {
	mode := [...]websocket.CompressionMode{
		model.NoDeflate: websocket.CompressionDisabled,
		model.Takeover:  websocket.CompressionContextTakeover,
		model.ResetEach: websocket.CompressionNoContextTakeover,
	}[h.Config.Deflate]
	if h.Config.Role == model.Client {
		c, _, err = websocket.Dial(context.Background(), fuzz.URL,
			&websocket.DialOptions{HTTPClient: h.Client(), CompressionMode: mode})
		return c, err
	}
	refused := h.Accept(func(w http.ResponseWriter, r *http.Request) {
		c, err = websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: mode})
	})
	return c, errors.Join(err, refused)
}

// versionOf is the version of the module path that is built in. Binaries of go
// test do not record their modules: there it is read from the name of the file
// that function, one of the module's, was compiled from. It is "unknown" where
// neither tells.
func versionOf(path string, function any) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path && m.Replace == nil {
				return m.Version
			}
		}
	}
	file, _ := runtime.FuncForPC(reflect.ValueOf(function).Pointer()).FileLine(0)
	_, rest, ok := strings.Cut(file, path+"@")
	version, _, _ := strings.Cut(rest, "/")
	if !ok {
		return "unknown"
	}
	return version
}
