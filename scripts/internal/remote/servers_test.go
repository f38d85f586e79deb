package remote

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// server is an object store or a registry on this machine.
type server struct {
	*httptest.Server
	url func(store string) string
}

// startS3 starts a server that speaks S3, with a bucket.
func startS3(t testing.TB, through ...func(http.Handler) http.Handler) server {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	disk := s3mem.New()
	if err := disk.CreateBucket("bucket"); err != nil {
		t.Fatal(err)
	}
	s := start(t, gofakes3.New(disk, gofakes3.WithoutVersioning()).Server(), through)
	return server{s, func(store string) string {
		return "s3://bucket/" + store + "?region=none&use_path_style=true&disable_https=true&endpoint=" + url.QueryEscape(s.URL)
	}}
}

// startRegistry starts a registry in this process.
func startRegistry(t testing.TB, through ...func(http.Handler) http.Handler) server {
	t.Helper()
	s := start(t, registry.New(registry.Logger(log.New(io.Discard, "", 0))), through)
	return server{s, func(store string) string { return "oci://" + s.Listener.Addr().String() + "/team/" + store }}
}

func start(t testing.TB, h http.Handler, through []func(http.Handler) http.Handler) *httptest.Server {
	for _, wrap := range through {
		h = wrap(h)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// startDockerRegistry starts Debian's docker-registry, and returns the URL of a store. The
// test skips if it is not installed, unless PONGCHECK_REQUIRE names it.
func startDockerRegistry(t testing.TB) string {
	t.Helper()
	const command = "docker-registry"
	path, err := exec.LookPath(command)
	if err != nil {
		for want := range strings.SplitSeq(os.Getenv("PONGCHECK_REQUIRE"), ",") {
			if want = strings.TrimSpace(want); want == "all" || want == command {
				t.Fatal("docker-registry is missing; run: apt-get install docker-registry")
			}
		}
		t.Skip("docker-registry is missing; run: apt-get install docker-registry")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yml")
	text := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %q}, delete: {enabled: true}}\nhttp: {addr: %q}\n", filepath.Join(dir, "data"), addr)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "serve", config)
	cmd.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 200 {
		if resp, err := http.Get("http://" + addr + "/v2/"); err == nil {
			resp.Body.Close()
			return "oci://" + addr + "/team/store"
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("docker-registry does not answer")
	return ""
}
