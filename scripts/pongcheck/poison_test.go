package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/props/result"
)

// poison does to a terminal, a log of CI and a reader's eyes what text from outside may do: ESC,
// OSC, C1, marks of direction, returns, bytes that are no UTF-8, commands. Its words are plain.
const poison = "venom\x1b[31m\x1b]0;t\x07 \u009b31m\u202e\u2066\u200f\u2028 over\rwritten \x7f\x80\n::error::v\n\t##[error]v ##[group]venom\n  ::venom::"

// flatPoison is poison on one line.
var flatPoison = strings.ReplaceAll(poison, "\n", " ")

// findRaw returns the part of an output that is not plain. It knows nothing of model.Plain.
func findRaw(text string) string {
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }); i >= 0 {
		return text[max(0, i-60):min(len(text), i+4)]
	}
	if !utf8.ValidString(text) {
		return strings.ToValidUTF8(text, "<no UTF-8>")
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			return line
		}
	}
	return ""
}

// runSession runs the command in this process, as main does.
func runSession(t *testing.T, stdin string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	s := &session{ctx: t.Context(), stdin: strings.NewReader(stdin), out: newOutput(&out), err: newPlain(&errs)}
	s.runVerb(args)
	s.exitCode()
	return out.String(), errs.String()
}

// holdPlain runs the command with poison in its reach: none of it comes out raw, and its
// words come out.
func holdPlain(t *testing.T, stdin string, args ...string) {
	t.Helper()
	if text := runPlain(t, stdin, args...); !strings.Contains(text, "venom") {
		t.Errorf("%.300q: the poison did not get there, or its words are lost:\n%.2000s", args, text)
	}
}

// runPlain runs the command and returns its output, which has nothing raw.
func runPlain(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	stdout, stderr := runSession(t, stdin, args...)
	for name, text := range map[string]string{"stdout": stdout, "stderr": stderr} {
		if raw := findRaw(text); raw != "" {
			t.Errorf("%.300q: raw text on %s: %q", args, name, raw)
		}
	}
	return stdout + stderr
}

// poisonWorld makes the current folder one of poisoned things, and a store "store".
func poisonWorld(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("PONGCHECK_CACHE", filepath.Join(t.TempDir(), "cache"))
	t.Setenv(result.Env, filepath.Join(t.TempDir(), "results"))
	writeTest(t, "input", "a")
	if _, stderr := runSession(t, "", "corpus", "add", "store", "input", "-target", "example.com/m.FuzzX"); stderr != "" {
		t.Fatal(stderr)
	}
}

func writeTest(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
		t.Fatal(err)
	}
}

func quoteJSON(t *testing.T, text string) string {
	t.Helper()
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every verb, whatever its names and the values of its flags are.
func TestArgumentsComeOutPlain(t *testing.T) {
	poisonWorld(t)
	holdPlain(t, "", poison)
	holdPlain(t, "", corpusName, poison)
	for _, v := range allVerbs() {
		words := strings.Fields(v.name)
		holdPlain(t, "", append(words, "-"+poison)...)
		f := v.newFlagSet()
		v.new(f)
		f.VisitAll(func(fl *flag.Flag) {
			if f.Set(fl.Name, poison) != nil { // it would do nothing else
				holdPlain(t, "", append(words, "-"+fl.Name+"="+poison)...)
			}
		})
		flags := []string{}
		for _, name := range []string{"target", "subject"} {
			if f.Lookup(name) != nil {
				flags = append(flags, "-"+name, poison)
			}
		}
		text := ""
		for _, names := range [][]string{{poison}, {poison, poison}, {"store", poison + v.name}} {
			text += runPlain(t, "", slices.Concat(words, names, flags)...)
		}
		if !strings.Contains(text, "venom") {
			t.Errorf("%s: the words of its names are lost:\n%.2000s", v.name, text)
		}
	}
}

// What is read: names of files, and what is in them.
func TestFilesComeOutPlain(t *testing.T) {
	poisonWorld(t)
	const subject = "specimen/asyncio@14.1"
	head := "pongcheck-trace 1\n"
	for _, text := range []string{
		head + "subject " + flatPoison + " 1\nping 61\n  > ping 61\n  ! w E: " + flatPoison + "\n",
		head + "config keepalive=20s/" + flatPoison + "\nping 61\n",
		head + "profile " + flatPoison + "\nping 61\n",
		head + "ping 61\n  > " + flatPoison + "\n",
		head + flatPoison + "\n",
		poison,
	} {
		writeTest(t, poison+".txt", text)
		holdPlain(t, "", "judge", poison+".txt")
		holdPlain(t, "", "judge", "-json", poison+".txt")
		runPlain(t, text, "judge", "-")
		holdPlain(t, "", "replay", poison+".txt", "-subject", subject)
	}
	holdPlain(t, "", "replay", "input", "-subject", poison)
	holdPlain(t, "", "check", "mutant/deep/sorted", "-n", "2000", "-corpus", "none", "-o", poison)
}

// What runs left, in every format, on stdout and in files.
func TestReportsComeOutPlain(t *testing.T) {
	poisonWorld(t)
	q := quoteJSON(t, poison)
	writeTest(t, poison+"/x.jsonl", `{"schema":1,"type":"finding","subject":`+q+`,"version":`+q+`,"rule":"crash","verdict":"FAILED","certainty":"proved","vantage":"in process","class":`+q+
		`,"known":false,"test":`+q+`,"sentence":`+q+`,"want":`+q+`,"seen":`+q+`,"origin":`+q+`,"trace":`+q+`,"transcript":`+q+`,"replay":`+q+`,"file":`+q+"}\n"+poison+"\n{\"schema\":1,\"type\":"+q+"}\n")
	for _, format := range []string{"html", "markdown", "junit", "json"} {
		holdPlain(t, "", "report", "-format", format, poison)
		out := "report." + format
		runPlain(t, "", "report", "-format", format, "-o", out, poison)
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if raw := findRaw(string(text)); raw != "" {
			t.Errorf("%s as a file: raw text: %q", format, raw)
		}
	}
	holdPlain(t, "", "report", "-issue", poison, poison)
	holdPlain(t, "", "report", "-format", "markdown", "-before", poison, poison)
	holdPlain(t, "", "report", "-format", "markdown", "-store", poison, poison)

	stdout, stderr := runSession(t, "", "report", "-format", "annotations", poison)
	if raw := findRaw(stderr); raw != "" {
		t.Errorf("annotations: raw text on stderr: %q", raw)
	}
	for line := range strings.Lines(stdout) { // they are commands: each line must be one of ours
		rest, ours := strings.CutPrefix(line, "::error title=")
		if raw := findRaw(rest); !ours || raw != "" {
			t.Errorf("annotations: raw text: %q", line)
		}
	}
	if !strings.Contains(stdout, "venom") {
		t.Errorf("annotations without the words: %s", stdout)
	}
}

// What a store has and what is brought to it.
func TestStoresComeOutPlain(t *testing.T) {
	poisonWorld(t)
	writeTest(t, poison, "b")
	holdPlain(t, "", "corpus", "add", "store", poison, "-target", "example.com/m.FuzzX")
	holdPlain(t, "", "corpus", "add", "store", poison, "-target", "example.com/m.FuzzX", "-run", poison)
	holdPlain(t, "", "corpus", "add", "store", poison, "-target", "example.com/m.FuzzX", "-note", poison)
	holdPlain(t, "", "corpus", "import", "store", poison, "-target", "example.com/m.FuzzX")

	writeTest(t, "in.hex", flatPoison+"\n")
	q := quoteJSON(t, poison)
	writeTest(t, "in.jsonl", `{"form":`+q+`,"hex":`+q+"}\n")
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	f, err := w.Create(poison)
	if err == nil {
		_, err = f.Write([]byte("go test fuzz v1\n" + poison))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	writeTest(t, "in.zip", archive.String())
	writeTest(t, "folder/"+poison, "go test fuzz v1\n"+poison)
	for _, from := range []string{"in.hex", "in.jsonl", "in.zip", "folder"} {
		holdPlain(t, "", "corpus", "import", "store", from, "-target", "example.com/m.FuzzX")
	}
	writeTest(t, "mod/go.mod", "module example.com/m\n")
	writeTest(t, "mod/testdata/fuzz/Fuzz"+poison+"/x", "go test fuzz v1\n[]byte(\"a\")\n")
	holdPlain(t, "", "corpus", "import", "store", "mod")
	writeTest(t, poison+"file", "")
	holdPlain(t, "", "corpus", "export", "store", poison+"file/x.zip", "-target", "example.com/m.FuzzX")

	writeTest(t, "store/entry/"+poison, "x")
	writeTest(t, "store/record/"+poison, poison)
	for _, verb := range []string{"verify", "ls", "stats"} {
		runPlain(t, "", "corpus", verb, "store")
	}
	holdPlain(t, "", "corpus", "sync", "store", poison+"file")
	holdPlain(t, "", "corpus", "diff", "store", poison+"none")
}

// What servers say when they refuse.
func TestServersComeOutPlain(t *testing.T) {
	poisonWorld(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	q := quoteJSON(t, poison)
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		w.Write([]byte(body))
	}))
	defer server.Close()
	body = `{"errors":[{"code":"DENIED","message":` + q + `}]}`
	holdPlain(t, "", "corpus", "ls", "oci://"+server.Listener.Addr().String()+"/team/corpus")
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(poison, "") { // XML has no ESC: what it can say
		if r == '\n' || r == '\r' || r == '\t' || r >= ' ' {
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		}
	}
	body = `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>` + b.String() + `</Message></Error>`
	holdPlain(t, "", "corpus", "ls", "s3://bucket/p?region=none&use_path_style=true&endpoint="+url.QueryEscape(server.URL))
}
