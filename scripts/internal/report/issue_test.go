package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/result"
)

// The text for the owner of the library, as golden files: of the incident, and of a
// property that two conversations break.
func TestIssueGolden(t *testing.T) {
	r := afterRun(t)
	for name, file := range map[string]string{
		"specimen/asyncio@14.1 crash InvalidStateError": "issue.md",
		"property renaming":                             "issue_property.md",
	} {
		found := r.FindingsNamed(name)
		if len(found) != 1 {
			t.Fatalf("%q: %d findings, want 1", name, len(found))
		}
		golden(t, file, func(w io.Writer) error { return Issue(w, r, &found[0]) })
	}
}

// A class that several releases have is told apart by the subject.
func TestFindingsNamed(t *testing.T) {
	r := &Run{Findings: []result.Finding{
		{Subject: "lib", Version: "1", Class: "hang"}, {Subject: "lib", Version: "2", Class: "hang"}, {Subject: "other", Version: "1", Class: "hang"},
	}}
	for name, want := range map[string]int{"hang": 3, "lib hang": 2, "lib@2 hang": 1, "crash": 0, "lib": 0} {
		if got := len(r.FindingsNamed(name)); got != want {
			t.Errorf("%q: %d findings, want %d", name, got, want)
		}
	}
}

// A finding without a conversation says that there is no program.
func TestIssueWithoutConversation(t *testing.T) {
	var b bytes.Buffer
	f := &result.Finding{Subject: "lib", Version: "1", Class: "race", Sentence: "two goroutines write", Replay: "go test -race"}
	if err := Issue(&b, new(Run), f); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"There is none: the finding has no recorded conversation", "go test -race"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, &b)
		}
	}
}

// parseTranscript is a transcript of ops.
func parseTranscript(t *testing.T, lines string) *model.Transcript {
	t.Helper()
	tr, err := text.ParseString("pongcheck-trace 1\n" + lines)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestNoPeerProgram(t *testing.T) {
	if got := PeerProgram(parseTranscript(t, "ping 61\npong $1\n")); got != "" {
		t.Errorf("nobody recorded what the Pong was, but there is a program:\n%s", got)
	}
}

// Every op becomes a statement of a program that go vet has nothing against.
func TestPeerProgramsAreGo(t *testing.T) {
	if testing.Short() {
		t.Skip("go vet takes seconds")
	}
	const ops = "ping 61\nping *\ncancel 1\npong 61\nrecv-ping -\nadvance 20ms\nblock\nresume\nmsg text \"a\" z\nfrag text \"a\"\n" +
		"cont \"b\" fin\nmsg-send text \"%\\n\"\nsend-pong 00\nraw 8a00\nsettle\nclose 1001\npeer-close\neof\ndrop\n"
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module peers\n\ngo 1.21\n")
	for i, config := range []string{"", "config role=client deflate=reset\n", "config deflate=takeover cut=1\n"} {
		program := PeerProgram(parseTranscript(t, config+ops))
		if program == "" {
			t.Fatalf("%q: no program", config)
		}
		write(t, filepath.Join(dir, fmt.Sprint("p", i), "main.go"), program)
	}
	vet := exec.Command("go", "vet", "./...")
	vet.Dir, vet.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := vet.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The program does over TCP what the peer did in the recorded conversation: the server
// gets the same bytes, in the same order.
func TestPeerProgramSpeaks(t *testing.T) {
	if testing.Short() {
		t.Skip("go run takes seconds")
	}
	tr := parseTranscript(t, "config cut=2\nping 61\npong 61\nrecv-ping \"Hello\"\npeer-close 1000\n")
	writes, _ := harness.PeerBytes(tr)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	got := make(chan []byte, 1)
	go func() { got <- serveOnce(listener) }()
	file := filepath.Join(t.TempDir(), "peer.go")
	write(t, file, PeerProgram(tr))
	run := exec.Command("go", "run", file, listener.Addr().String())
	run.Stdin = strings.NewReader("\n")
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got, want := <-got, bytes.Join(writes, nil); !bytes.Equal(got, want) {
		t.Errorf("the server got %x, want %x", got, want)
	}
	for _, want := range []string{"application: send a Ping, and wait for its Pong; payload 61; then press Enter", "library: 890161"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

// serveOnce is a server that shakes hands, sends a Ping, and returns what it reads.
func serveOnce(listener net.Listener) []byte {
	conn, err := listener.Accept()
	if err != nil {
		return nil
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	if _, err := http.ReadRequest(in); err != nil {
		return nil
	}
	fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x89\x01a")
	b, _ := io.ReadAll(in)
	return b
}
