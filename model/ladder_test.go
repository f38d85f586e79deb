package model_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

func TestLadder(t *testing.T) {
	tr, err := text.ParseString(model.Version + `
ping 0d900f00
  > ping 0d900f00
cancel 1
  1 cancelled
pong $1
  < 0d900f00
  ! data_received InvalidStateError: invalid state
  closed
`)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
                               subject                            peer
  1 ping 0d900f00              |                                  |
                               |-- ping 0d900f00 ---------------->|
  2 cancel 1                   |                                  |
    1 cancelled                |                                  |
  3 pong $1                    |<---------------- pong 0d900f00 --|
    closed                     |                                  |
    ! data_received InvalidStateError: invalid state
`, "\n")
	if got := tr.Ladder(); got != want {
		t.Errorf("ladder:\n%s\nwant\n%s", got, want)
	}
}

// What is wrong at op 1002 is read without the thousand ops before it, and a flood of
// outcomes is cut.
func TestLongExplanation(t *testing.T) {
	var b strings.Builder
	b.WriteString(model.Version + "\n")
	for i := range 500 {
		fmt.Fprintf(&b, "ping %04x\n  > ping %04x\npong $%d\n  < %04x\n  %d acked\n", i, i, i+1, i, i+1)
	}
	b.WriteString("settle\n" + strings.Repeat("  > pong 78\n", 2000) + "recv-ping 61\n" + strings.Repeat("settle\n", 300))
	r := judgeText(t, b.String())
	got := r.Explain(r.Failure())
	const file = "testdata/explanation.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A finding says where it comes from, even one that only the end of a transcript that
// broke off, or a later op, makes convincing.
func TestFindingsHaveAPlace(t *testing.T) {
	for _, c := range []struct {
		text     string
		op, line int
	}{
		{"recv-ping 61\nadvance 1s\n", 2, 3},
		{"recv-ping 61626364\n  > pong 616263\nadvance 1s\n", 1, 2},
		{"recv-ping 61626364\n  > pong 616263\nsettle\nend\n", 1, 2},
	} {
		r := judgeText(t, model.Version+"\n"+c.text)
		if f := r.Findings[0]; f.Op != c.op || f.Line != c.line || f.Vantage != model.InProcess {
			t.Errorf("%q: got op %d, line %d, %q; want op %d, line %d, in process", c.text, f.Op, f.Line, f.Vantage, c.op, c.line)
		}
	}
}
