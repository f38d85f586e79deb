package subject

import (
	"errors"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// modules are the modules of the Go libraries, by the names of their subjects without variant.
var modules = map[string]string{
	"coder":   "github.com/coder/websocket",
	"gobwas":  "github.com/gobwas/ws",
	"gorilla": "github.com/gorilla/websocket",
	"gws":     "github.com/lxzan/gws",
	"http2":   "golang.org/x/net",
	"nbio":    "github.com/lesismal/nbio",
	"xnet":    "golang.org/x/net",
	"yamux":   "github.com/hashicorp/yamux",
}

// moduleOf returns the module of a subject.
func moduleOf(name string) string {
	library, _, _ := strings.Cut(name, "/")
	return modules[library]
}

// adaptLibrary makes an implementation of a Go library and its adapter. function is any function of
// the library's module: in a test binary, only the name of its source file tells the version (see
// versionOf). The profile is the RFC's, which fixes nothing, since these libraries document no
// policy.
func adaptLibrary(name string, function any, info model.Info, open func(h *harness.Host) (harness.Endpoint, error)) *model.Implementation {
	bare := func(h *harness.Host) (harness.Endpoint, error) {
		if h.Config.Interval != 0 && !info.Keeps {
			return harness.Endpoint{}, errors.ErrUnsupported
		}
		return open(h)
	}
	return &model.Implementation{
		Name:    name,
		Version: versionOf(moduleOf(name), function),
		Profile: model.RFC().Name,
		Info:    info,
		New:     harness.Subject(bare),
		Around:  harness.Bubble,
		Race:    harness.Race(bare),
		Rest:    harness.Rest,
	}
}

// versionOf returns the version of a module that is built in. A binary of go test does not record
// its modules. There the version is read from the name of the file that function was compiled
// from. It is "unknown" if neither tells.
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
