package nightly

import (
	"strings"
	"testing"
)

// A replay line is for a shell, whatever the folders are called.
func TestReplayQuotes(t *testing.T) {
	f := Finding{Target: "example.com/m.FuzzX", Input: []byte("x"), Folder: "my code", file: "/it's b/x.input"}
	want := `cd 'my code' && mkdir -p testdata/fuzz/FuzzX && cp '/it'\''s b/x.input' testdata/fuzz/FuzzX/x && go test -run '^FuzzX$/^x$'`
	if got := f.ReplayCommand(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Of a long output the end is kept, where a failure is told, and the begin.
func TestClip(t *testing.T) {
	long := "begin" + strings.Repeat("é", maxText) + "end"
	got := clipText(long)
	if len(got) > maxText+10 || !strings.HasPrefix(got, "begin") || !strings.HasSuffix(got, "end") || strings.ContainsRune(got, '�') {
		t.Errorf("%d bytes: %.20q ... %q", len(got), got, got[len(got)-10:])
	}
	if clipText("short") != "short" {
		t.Error("a short one is changed")
	}
}
