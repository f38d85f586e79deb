package upstream

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// serve returns registries that have these answers, by path, and refuse the rest with a status.
func serve(t *testing.T, refusal int, answers map[string]string) *Registries {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(refusal)
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return &Registries{GoProxy: s.URL, PyPI: s.URL, Client: s.Client()}
}

func TestNewestModule(t *testing.T) {
	for _, tt := range []struct {
		name    string
		refusal int
		versions,
		infos string // that the proxy has a list of, and that it has
		latest string
		want   string
	}{
		{"the list knows", 404, "v1.0.0 v1.2.0 v1.1.9", "v1.2.0", "v1.1.9", "v1.2.0"},
		{"so does latest", 410, "v1.0.0", "v1.3.0", "v1.3.0", "v1.3.0"},
		{"neither knows, and the versions go on over gaps", 403, "v1.8.9", "v1.8.9 v1.9.0 v1.9.1 v1.10.0 v1.10.3", "v1.8.9", "v1.10.3"},
		{"what is no release does not count", 404, "v1.5.3 v1.5.4-0.20250319132907-e064f32e3674 v2.0.0-rc.1", "v1.5.3", "", "v1.5.3"},
		{"a first stable one follows", 404, "v0.1.2", "v0.1.2 v1.0.0", "v0.1.2", "v1.0.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{"/example.com/!a/@v/list": strings.ReplaceAll(tt.versions, " ", "\n")}
			if tt.latest != "" {
				answers["/example.com/!a/@latest"] = `{"Version":"` + tt.latest + `"}`
			}
			for v := range strings.FieldsSeq(tt.infos) {
				answers["/example.com/!a/@v/"+v+".info"] = `{"Version":"` + v + `","Time":"2026-09-11T09:23:05Z"}`
			}
			got, err := serve(t, tt.refusal, answers).Newest(t.Context(), "go", "example.com/A")
			if err != nil || got.Version != tt.want || got.Time.Year() != 2026 {
				t.Errorf("got %+v, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestNewestProject(t *testing.T) {
	r := serve(t, 404, map[string]string{"/pypi/websockets/json": `{"info":{"version":"17.4"},"urls":[{"upload_time_iso_8601":"2026-10-30T15:06:39.1Z"}]}`})
	got, err := r.Newest(t.Context(), "python", "websockets")
	if err != nil || got.Version != "17.4" || got.Time.Month() != 10 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// An answer that says nothing is an error, and no release.
func TestNewestErrors(t *testing.T) {
	broken := serve(t, 502, nil)
	for _, language := range []string{"go", "python", "cobol"} {
		if got, err := broken.Newest(t.Context(), language, "x.y/z"); err == nil || errors.Is(err, errAbsent) {
			t.Errorf("%s: got %+v, %v", language, got, err)
		}
	}
	empty := serve(t, 404, map[string]string{"/x.y/z/@v/list": "", "/pypi/x.y/z/json": "{}"})
	for _, language := range []string{"go", "python"} {
		if got, err := empty.Newest(t.Context(), language, "x.y/z"); err == nil || !strings.Contains(err.Error(), "has no release of x.y/z") {
			t.Errorf("%s: got %+v, %v", language, got, err)
		}
	}
}

func TestDefaultTakesTheFirstProxy(t *testing.T) {
	for value, want := range map[string]string{
		"": "https://proxy.golang.org", "direct": "https://proxy.golang.org",
		"https://a.test/x/|https://b.test,direct": "https://a.test/x",
	} {
		t.Setenv("GOPROXY", value)
		if got := Default().GoProxy; got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}
