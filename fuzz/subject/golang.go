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

// adaptLibrary is a Go library behind an adapter: function is any function of the module
// path. The profile is the RFC's, which fixes nothing: these libraries document no
// policy.
func adaptLibrary(name, path string, function any, info model.Info, open func(h *harness.Host) (harness.Endpoint, error)) *model.Implementation {
	bare := func(h *harness.Host) (harness.Endpoint, error) {
		if h.Config.Interval != 0 && !info.Keeps {
			return harness.Endpoint{}, errors.ErrUnsupported
		}
		return open(h)
	}
	return &model.Implementation{
		Name:    name,
		Version: versionOf(path, function),
		Profile: model.RFC().Name,
		Info:    info,
		New:     harness.Subject(bare),
		Around:  harness.Bubble,
		Race:    harness.Race(bare),
		Rest:    harness.Rest,
	}
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
