// Package upstream asks registries for the newest release of a package.
//
//   - [Newest] finds it, in the Go module proxy or on PyPI.
//   - [Registries] says where to ask.
package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// Registries are the places to ask. [Default] has the usual ones.
type Registries struct {
	GoProxy string // base address of a Go module proxy
	PyPI    string // base address of PyPI
	Client  *http.Client
}

// Default returns the proxy that GOPROXY names first, else proxy.golang.org, and pypi.org.
func Default() *Registries {
	r := &Registries{GoProxy: "https://proxy.golang.org", PyPI: "https://pypi.org", Client: &http.Client{Timeout: 30 * time.Second}}
	first, _, _ := strings.Cut(strings.ReplaceAll(os.Getenv("GOPROXY"), "|", ","), ",")
	if strings.Contains(first, "://") {
		r.GoProxy = strings.TrimSuffix(first, "/")
	}
	return r
}

// Release is a version and the day of its release.
type Release struct {
	Version string
	Time    time.Time
}

// Newest returns the newest release of a package in the registry of a language, "go" or "python".
// Releases before a first stable one, such as v2.0.0-rc.1, do not count.
func (r *Registries) Newest(ctx context.Context, language, name string) (Release, error) {
	switch language {
	case "go":
		return r.newestModule(ctx, name)
	case "python":
		return r.newestProject(ctx, name)
	}
	return Release{}, fmt.Errorf("ask for %s: there is no registry for %q", name, language)
}

// errAbsent says that a registry answered that it does not have something.
var errAbsent = errors.New("not there")

// maxAnswer bounds what is read of an answer.
const maxAnswer = 32 << 20

// get returns what is at an address. The error is errAbsent if the registry does not have it.
func (r *Registries) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := r.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode == http.StatusOK:
		return body, nil
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusGone, resp.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("get %s: %s: %w", address, resp.Status, errAbsent)
	}
	return nil, fmt.Errorf("get %s: %s", address, resp.Status)
}

func (r *Registries) getJSON(ctx context.Context, address string, v any) error {
	body, err := r.get(ctx, address)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("get %s: %w", address, err)
	}
	return nil
}
