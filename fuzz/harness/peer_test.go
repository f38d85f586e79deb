package harness

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// The bytes of each op towards a client; the examples of RFC 6455 section 5.7 and
// RFC 7692 section 7.2.3 are among them.
func TestPeerBytes(t *testing.T) {
	for _, c := range []struct{ op, want string }{
		{`pong "Hello"`, "8a0548656c6c6f"},
		{`recv-ping "Hello"`, "890548656c6c6f"},
		{`recv-ping -`, "8900"},
		{`recv-ping 61*126`, "897e007e" + strings.Repeat("61", 126)},
		{`peer-close`, "8800"},
		{`peer-close 1000`, "880203e8"},
		{`peer-close 5`, "88020005"},
		{`raw 8a00ff`, "8a00ff"},
		{`msg text "Hello"`, "810548656c6c6f"},
		{`msg binary -`, "8200"},
		{`frag text "Hel"`, "010348656c"},
		{`cont "lo" fin`, "80026c6f"},
		{`cont "lo"`, "00026c6f"},
	} {
		if got := peerBytes(t, model.Config{Role: model.Client}, c.op); got != c.want {
			t.Errorf("%s: got %s, want %s", c.op, got, c.want)
		}
	}
	if got, want := peerBytes(t, model.Config{}, `msg text "Hello"`), "818537fa213d7f9f4d5158"; got != want {
		t.Errorf("towards a server: got %s, want %s", got, want)
	}
}

func TestPeerCompresses(t *testing.T) {
	both := []string{`msg text "Hello" z`, `msg text "Hello" z`}
	reset := model.Config{Role: model.Client, Deflate: model.ResetEach}
	takeover := model.Config{Role: model.Client, Deflate: model.Takeover}
	if got, want := peerBytes(t, reset, both...), strings.Repeat("c107f248cdc9c90700", 2); got != want {
		t.Errorf("reset: got %s, want %s", got, want)
	}
	got := peerBytes(t, takeover, both...)
	if !strings.HasPrefix(got, "c107f248cdc9c90700") || len(got) >= 4*9 {
		t.Errorf("takeover: got %s, want a second message that refers to the first", got)
	}
	got = peerBytes(t, takeover, `frag text "Hel" z`, `recv-ping -`, `cont "lo" fin`, `msg text "lo"`)
	if !strings.HasPrefix(got, "41") || !strings.Contains(got, "890080") || !strings.HasSuffix(got, "81026c6f") {
		t.Errorf("fragments: got %s, want RSV1 on the first, a ping between, and none on the message after", got)
	}
}

func peerBytes(t *testing.T, cfg model.Config, ops ...string) string {
	t.Helper()
	p := newPeer(cfg)
	var b []byte
	for _, line := range ops {
		op, err := text.ParseOp(line)
		if err != nil {
			t.Fatal(err)
		}
		b = p.appendEvent(b, &model.Event{Kind: op.Kind, Text: op.Text, Z: op.Z, Fin: op.Fin, N: op.N, Data: op.Data.Lit})
	}
	return hex.EncodeToString(b)
}
