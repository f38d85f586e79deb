package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/scripts/internal/upstream"
)

// The table names what is outdated, and the exit code says that it is.
func TestListOutdated(t *testing.T) {
	newest := map[string]string{} // by path: version
	for _, p := range subject.Packages() {
		if p.Language == "go" {
			newest["/"+p.Name] = p.Pinned
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, rest, _ := strings.Cut(r.URL.Path, "/@")
		switch {
		case path == "/pypi/websockets/json":
			fmt.Fprint(w, `{"info":{"version":"99.0"},"urls":[{"upload_time_iso_8601":"2030-01-02T03:04:05Z"}]}`)
		case rest == "v/list":
			fmt.Fprintln(w, newest[path])
		case rest == "v/"+newest[path]+".info":
			fmt.Fprintf(w, `{"Version":%q,"Time":"2026-01-02T03:04:05Z"}`, newest[path])
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	var out bytes.Buffer
	s := &session{ctx: context.Background(), out: &output{w: &out}, err: new(bytes.Buffer)}
	registries := &upstream.Registries{GoProxy: server.URL, PyPI: server.URL, Client: server.Client()}
	if err := listOutdated(s, registries, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if code := s.exitCode(); code != exitFindings {
		t.Errorf("exit code %d, want %d", code, exitFindings)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1+len(subject.Packages()) {
		t.Errorf("got\n%s", &out)
	}
	for _, want := range []string{"2026-12-01 github.com/lxzan/gws", "newest", "99.0 2030-01-02 outdated"} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
