package format

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
)

// What other tools write, byte for byte.
func TestFilesOfOthers(t *testing.T) {
	tests := []struct {
		codec, why, file string
		want             Input
	}{
		{"go", "as the engine writes it", "go test fuzz v1\n[]byte(\"0\\xff\")\n", Input{Raw, []byte("0\xff")}},
		{"go", "a file edited on Windows", "go test fuzz v1\r\n\r\n  []byte(`a`)\r\n", Input{Raw, []byte("a")}},
		{"go", "an argument that is no []byte", "go test fuzz v1\nstring(\"a\")\n", Input{Args, []byte("go test fuzz v1\nstring(\"a\")\n")}},
		{"go", "several, without an end of line", "go test fuzz v1\n\n[]byte(\"a\")\nint(-7)", Input{Args, []byte("go test fuzz v1\n[]byte(\"a\")\nint(-7)\n")}},
		{"gofuzzbuild1", "the length fits", "\x00\x00\x00\x02ab", Input{Raw, []byte("ab")}},
		{"gofuzzbuild1", "bytes are left: the length is taken modulo them", "\x00\x00\x00\x05abc", Input{Raw, []byte("ab")}},
		{"gofuzzbuild1", "no length means 30", "\x00\x00\x00\x00abcd", Input{Raw, []byte("ab")}},
		{"gofuzzbuild2", "the weight of the only one is no matter", "\xffab", Input{Raw, []byte("ab")}},
		{"gofuzzbuild2", "nothing at all", "", Input{Raw, []byte{}}},
		{"trace", "text", "pongcheck-trace 1\n# story\nping 61\n", Input{Trace, nil}},
	}
	for _, test := range tests {
		c, err := Find(test.codec)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Decode([]byte(test.file))
		if test.codec == "trace" {
			test.want.Data = got.Data
			text, _ := c.Encode(got)
			if !strings.HasSuffix(string(text), "\nping 61\n") {
				t.Errorf("%s, %s: got %q", test.codec, test.why, text)
			}
		}
		if d := cmp.Diff(test.want, got); d != "" || err != nil {
			t.Errorf("%s, %s: %v (-want +got):\n%s", test.codec, test.why, err, d)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	tests := []struct{ codec, file, want string }{
		{"go", "", "line 1"},
		{"go", "go test fuzz v2\nint(1)\n", "line 1"},
		{"go", "go test fuzz v1\n", "no argument"},
		{"go", "go test fuzz v1\nint(1)\nos.Exit(1)\n", "line 3"},
		{"go", "go test fuzz v1\nint(int(1))\n", "line 2"},
		{"go", "go test fuzz v1\nint(1, 2)\n", "line 2"},
		{"go", "go test fuzz v1\n[]byte(1)\n", "line 2"},
		{"go", "go test fuzz v1\n[2]byte(\"ab\")\n", "line 2"},
		{"go", "go test fuzz v1\n[]int(\"ab\")\n", "line 2"},
		{"go", "go test fuzz v1\nmath.Sqrt(4)\n", "line 2"},
		{"gofuzzbuild1", "\x00\x00\x00\x01", "would not run"},
		{"trace", "pongcheck-trace 1\npang 61\n", "2:1"},
	}
	for _, test := range tests {
		c, err := Find(test.codec)
		if err != nil {
			t.Fatal(err)
		}
		if in, err := c.Decode([]byte(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %q: want an error with %q, got %q, %v", test.codec, test.file, test.want, in, err)
		}
	}
	if _, err := Find("odd"); err == nil || !strings.Contains(err.Error(), "libfuzzer") {
		t.Errorf("a format of no name: %v", err)
	}
}

func TestLinesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		`{"form":"raw"}`:                          "line 1",
		`{"form":"raw","hex":"6"}`:                "line 1",
		`{"form":"raw","hex":"61"} {}`:            "more than one value",
		`{"form":"raw","hex":"61","odd":1}`:       "odd",
		`{"form":"args","args":["[]byte(\"\")"]}`: "raw, not args",
		`{"form":"args","args":["int(1)\nx"]}`:    "line 3",
		`{"form":"trace","hex":"00","trace":["pongcheck-trace 1","ping 6162636465"]}`: "not the same",
		`{"form":"trace","trace":["pongcheck-trace 1","pang"]}`:                       "2:1",
		strings.Repeat("x", 2*maxFile+1):                                              "too large",
	} {
		var errs []error
		good := 0
		for _, err := range ReadJSON(strings.NewReader(text + "\n" + `{"form":"raw","hex":"61"}`)) {
			if err != nil {
				errs = append(errs, err)
			} else {
				good++
			}
		}
		if err := errors.Join(errs...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: want %q, got %v", text, want, err)
		}
		if good != 1 && want != "too large" {
			t.Errorf("%.80s: the good line did not come", text)
		}
	}
	for _, err := range ReadHex(strings.NewReader("6g\n")) {
		if err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("hex: %v", err)
		}
	}
}

func TestATraceMayBeWrittenByHand(t *testing.T) {
	for in, err := range ReadJSON(strings.NewReader(`{"form":"trace","trace":["pongcheck-trace 1","ping 61","pong $1"]}`)) {
		text, err2 := encodeTrace(in)
		if err != nil || err2 != nil || in.Form != Trace || !strings.HasSuffix(string(text), "\nping 61\npong $1\n") {
			t.Errorf("got %q, %v, %v", text, err, err2)
		}
	}
}

func TestTooLargeIsRefusedUnread(t *testing.T) {
	large := make([]byte, maxInput+1)
	var zipped bytes.Buffer
	c, err := Find("raw")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := WriteZip(&zipped, c, values([]Input{{Raw, large}, {Raw, make([]byte, maxFile+1)}, {Raw, nil}})); err != nil {
		t.Fatal(err)
	}
	if zipped.Len() > 10000 {
		t.Fatal("no bomb")
	}
	folder := fstest.MapFS{"a": {Data: large}, "b": {Data: make([]byte, maxFile+1)}, "c": {}}
	for n, files := range []func(func(File, error) bool){
		ReadZip(bytes.NewReader(zipped.Bytes()), int64(zipped.Len()), c), ReadFolder(folder, c),
	} {
		refused, read := 0, 0
		for _, err := range files {
			if errors.Is(err, ErrTooLarge) {
				refused++
			} else if err == nil {
				read++
			}
		}
		if refused != 2 || read != 1 {
			t.Errorf("%d: refused %d, read %d", n, refused, read)
		}
	}
}

func TestFilesShowWhatTheyAre(t *testing.T) {
	for file, want := range map[string]string{
		"go test fuzz v1\r\nint(1)\n":  "go",
		"pongcheck-trace 1\nping 61\n": "trace",
		"go test":                      "raw",
		"":                             "raw",
	} {
		if got := Detect([]byte(file)).Name; got != want {
			t.Errorf("%q: got %s, want %s", file, got, want)
		}
	}
}

func TestTargetsOfModuleAndCache(t *testing.T) {
	file := &fstest.MapFile{}
	module := fstest.MapFS{
		"pkg/testdata/fuzz/FuzzB/0123": file, "testdata/fuzz/FuzzA/0123": file, "testdata/fuzz/README": file,
		"FuzzNot/a": file, ".git/testdata/fuzz/FuzzC/a": file,
	}
	got, err := Targets(module, "example.com/m")
	want := []Target{{"example.com/m.FuzzA", "testdata/fuzz/FuzzA"}, {"example.com/m/pkg.FuzzB", "pkg/testdata/fuzz/FuzzB"}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	got, err = Targets(fstest.MapFS{"example.com/m/FuzzA/0123": file, "std/FuzzB/x": file}, "")
	want = []Target{{"example.com/m.FuzzA", "example.com/m/FuzzA"}, {"std.FuzzB", "std/FuzzB"}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

// holdQuoted holds that an error quotes what it shows of a file.
func holdQuoted(t *testing.T, err error) {
	t.Helper()
	if text := err.Error(); model.Plain(text) != text {
		t.Errorf("an error with raw text: %q", text)
	}
}

// Archives come from anybody: whatever the bytes, the readers of an import keep within their
// limits, and quote.
func FuzzZip(f *testing.F) {
	f.Add(overlappingZip(f, 20, []byte("go test fuzz v1\n\x1b[31m::error::\n")))
	f.Add(overlappingZip(f, 3, bytes.Repeat([]byte{0}, 5000)))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, c := range Codecs() {
			l := Limits{Files: 10, Bytes: 10_000}
			files := 0
			for _, err := range l.ReadZip(bytes.NewReader(file), int64(len(file)), c) {
				if err != nil {
					holdQuoted(t, err)
				} else if files++; files > 10 {
					t.Fatalf("%s: %d files", c.Name, files)
				}
			}
			if l.Files < 0 || l.Bytes < -maxFile-1 {
				t.Fatalf("%s: beyond the limits: %+v is left", c.Name, l)
			}
		}
	})
}

func FuzzGo(f *testing.F) {
	f.Add([]byte("go test fuzz v1\n[]byte(\"a\")\nmath.Float64frombits(0x1)\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		in, err := decodeGo(file)
		if err != nil {
			holdQuoted(t, err)
			return
		}
		written, err := encodeGo(in)
		if err != nil {
			t.Fatalf("%q is read as %q and can not be written: %v", file, in.Data, err)
		}
		again, err := decodeGo(written)
		if err != nil || again.Form != in.Form || !bytes.Equal(again.Data, in.Data) {
			t.Errorf("%q is %q, written %q, then %q, %v", file, in.Data, written, again.Data, err)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"form":"trace","trace":["pongcheck-trace 1","ping 61"]}`))
	f.Add([]byte(`{"form":"args","args":["int(1)"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var inputs []Input
		for in, err := range ReadJSON(bytes.NewReader(text)) {
			if err == nil {
				inputs = append(inputs, in)
			} else {
				holdQuoted(t, err)
			}
		}
		var b bytes.Buffer
		if _, err := WriteJSON(&b, values(inputs)); err != nil {
			t.Fatal(err)
		}
		if diff := same(inputs, ReadJSON(&b)); diff != "" {
			t.Error(diff)
		}
	})
}
