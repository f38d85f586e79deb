package metamorphic

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestRenamingIsOneToOneAndKeepsLengths(t *testing.T) {
	for i := range alphabets {
		seen := map[byte]bool{}
		moved := 0
		for b, name := range alphabets[i] {
			seen[name] = true
			printable := b >= firstName && b <= lastName
			if int(name) != b {
				moved++
			}
			if (name >= firstName && name <= lastName) != printable || !printable && int(name) != b {
				t.Errorf("alphabet %d: %#x became %#x", i, b, name)
			}
		}
		if len(seen) != 256 || moved < 80 {
			t.Errorf("alphabet %d: %d names, %d of them moved", i, len(seen), moved)
		}
	}
	tr, err := text.ParseString(model.Version + "\nping \"ab\"\nping 00c3a9\npong $1[:1]\npong $2\npong $9\nmsg text \"ab\"\nrecv-ping $1+00\n")
	if err != nil {
		t.Fatal(err)
	}
	got := propstest.OneLine(renamePayloads(tr.Trace(), &alphabets[0]))
	if want := `ping 3e3d|ping 00c3a9|pong 3e|pong 00c3a9|pong -|msg text 6162|recv-ping 3e3d00`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
