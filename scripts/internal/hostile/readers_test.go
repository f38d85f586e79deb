// Package hostile holds the tests that feed mutated files to everything that reads.
package hostile

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/scripts/internal/report"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// reader reads a file from anybody. It returns its errors.
type reader struct {
	name string
	seed string
	read func(t *testing.T, file []byte) []error
}

const trace = "pongcheck-trace 1\nprofile rfc\nsubject x 1\nconfig role=client seed=3 keepalive=20s/10s\nping 61\n  > ping 61\n  1 acked 1s @2s\nrecv-pong $1\nclose 1000\n  closed\n"

const finding = `{"schema":1,"type":"finding","subject":"mylib","version":"1","rule":"crash","verdict":"FAILED","certainty":"proved","vantage":"in process","class":"crash x","known":false,"sentence":"it crashed","replay":"pongcheck replay a -subject b"}` + "\n"

func readers(t *testing.T) []reader {
	log, err := os.ReadFile(firstLog(t))
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	raw, _ := format.Find("raw") // it is there
	if _, err := format.WriteZip(&zipped, raw, func(yield func(format.Input, error) bool) {
		_ = yield(format.Input{Data: []byte("a")}, nil) && yield(format.Input{Data: []byte("b")}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	all := []reader{
		{"trace and transcript text", trace, func(t *testing.T, file []byte) []error { _, err := text.ParseString(string(file)); return []error{err} }},
		{"corpus file", "# story\n# Source: x\n" + trace, func(t *testing.T, file []byte) []error { _, err := corpus.Read("f", string(file)); return []error{err} }},
		{"binary trace", string(text.Encode(&model.Trace{Ops: []model.Op{{Kind: model.Ping, Data: model.Bytes("a")}}})),
			func(t *testing.T, file []byte) []error {
				_, err := text.ParseString(text.Decode(file).String())
				return []error{err}
			}},
		{"log", string(log[:min(len(log), 4096)]), readLog},
		{"results", finding, readResults},
		{"known findings", "gorilla v1.5.3 recv.mask # reported\n", func(t *testing.T, file []byte) []error {
			_, err := subject.ParseKnown("known.txt", string(file))
			return []error{err}
		}},
		{"hex lines", "0d90\n61\n", func(t *testing.T, file []byte) []error { return collect(format.ReadHex(bytes.NewReader(file))) }},
		{"JSON lines", `{"form":"trace","trace":["pongcheck-trace 1","ping 61"]}` + "\n" + `{"form":"args","args":["int(1)"]}` + "\n",
			func(t *testing.T, file []byte) []error { return collect(format.ReadJSON(bytes.NewReader(file))) }},
		{"zip", zipped.String(), func(t *testing.T, file []byte) []error {
			return collect(format.ReadZip(bytes.NewReader(file), int64(len(file)), raw))
		}},
	}
	for _, c := range format.Codecs() {
		seed, err := c.Encode(format.Input{Form: format.Raw, Data: []byte("ab")})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, reader{"file of " + c.Name, string(seed), func(t *testing.T, file []byte) []error { _, err := c.Decode(file); return []error{err} }})
	}
	return all
}

func firstLog(t *testing.T) string {
	logs, err := fs.Glob(os.DirFS("../wslog"), "testdata/*.log")
	if err != nil || len(logs) == 0 {
		t.Fatalf("no logs: %v", err)
	}
	return filepath.Join("../wslog", logs[0])
}

func readLog(t *testing.T, file []byte) []error {
	l, err := wslog.Read(bytes.NewReader(file))
	if err == nil {
		for _, c := range l.Connections {
			local, peer := c.Judge(wslog.Local), c.Judge(wslog.Peer)
			c.Story(&local, &peer)
		}
	}
	return []error{err}
}

func readResults(t *testing.T, file []byte) []error {
	name := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(name, file, 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(name)
	if err == nil {
		var b strings.Builder
		if err := report.Markdown(&b, r, nil); err != nil || b.String() != model.Plain(b.String()) {
			t.Errorf("a report is not plain: %v %.500q", err, b.String())
		}
	}
	return []error{err}
}

func collect[A any](inputs func(func(A, error) bool)) (errs []error) {
	for _, err := range inputs {
		errs = append(errs, err)
	}
	return errs
}

// poison is inserted by mutations.
var poison = []string{"\x1b[31m", "\x1b]0;t\x07", "\u009b", "\u202e", "\r", "\n::error::x\n", "\x00", "\xff", "999999999999", "$1", "*1000000000", "\"", "{", "[[[[[[[["}

// mutate changes a file in one to four places.
func mutate(r *rand.Rand, file []byte) []byte {
	file = bytes.Clone(file)
	for range 1 + r.IntN(4) {
		at := r.IntN(len(file) + 1)
		switch r.IntN(5) {
		case 0:
			file = append(file[:at:at], append([]byte(poison[r.IntN(len(poison))]), file[at:]...)...)
		case 1:
			file = file[:at]
		case 2:
			if at < len(file) {
				file[at] ^= 1 << r.IntN(8)
			}
		case 3:
			end := min(len(file), at+r.IntN(64))
			file = append(file[:at:at], file[end:]...)
		case 4:
			end := min(len(file), at+r.IntN(64))
			file = append(file[:end:end], append(bytes.Repeat(file[at:end], r.IntN(20)), file[end:]...)...)
		}
	}
	return file
}

// No mutated file makes a reader panic or take seconds. What a reader says of it is short, and no
// byte that a terminal obeys is in it. PONGCHECK_MUTATIONS is how many files each reader gets.
func TestReadersOfMutatedFiles(t *testing.T) {
	n := 200
	if text := os.Getenv("PONGCHECK_MUTATIONS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	total := 0
	for _, reader := range readers(t) {
		t.Run(reader.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(17, uint64(n)))
			refused := 0
			for range n {
				file := mutate(r, []byte(reader.seed))
				began := time.Now()
				for _, err := range reader.read(t, file) {
					if err == nil {
						continue
					}
					refused++
					said := err.Error()
					if len(said) > 4096 || strings.ContainsAny(said, "\x1b\x07\x00\r\u009b\u202e") {
						t.Fatalf("an error is long or raw: %.600q\nof %.600q", said, file)
					}
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Fatalf("it took %v: %.600q", took, file)
				}
			}
			if refused == 0 && !strings.Contains(reader.name, "raw") && !strings.Contains(reader.name, "binary") && !strings.Contains(reader.name, "libfuzzer") && !strings.Contains(reader.name, "afl") && !strings.Contains(reader.name, "gofuzzbuild") {
				t.Errorf("none of %d mutated files was refused", n)
			}
			total += n
		})
	}
	t.Logf("%d mutated files", total)
}
