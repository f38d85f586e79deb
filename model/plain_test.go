package model_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/model"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"a ping\tin\nlines: é 日本 \U0001f3d3": "a ping\tin\nlines: é 日本 \U0001f3d3",
		"\x1b[31mred\x1b]0;title\x07":        `\u001b[31mred\u001b]0;title\u0007`,
		"over\rwritten \u009b31m \x7f":       `over\u000dwritten \u009b31m \u007f`,
		"right \u202e to left \u2066 \u200f": `right \u202e to left \u2066 \u200f`,
		"line\u2028 paragraph\u2029 \ufeff":  `line\u2028 paragraph\u2029 \ufeff`,
		"no UTF-8: \x80\xff e\xc3":           `no UTF-8: \x80\xff e\xc3`,
		"tag \U000e0001":                     `tag \udb40\udc01`,
		"::error::x":                         `:\u003aerror::x`,
		"a\n  ::error::x\n\t##[group]x":      "a\n  :\\u003aerror::x\n\t##\\u005bgroup]x",
		"std::vector and a ::b, #[c":         "std::vector and a ::b, #[c",
		": :: # #":                           ": :: # #",
		"a ##[error]b, ###[c ## [":           `a ##\u005berror]b, ###\u005bc ## [`,
	} {
		if got := model.Plain(text); got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzPlain holds that nothing but plain text comes out, that plain text stays, and that the
// places at which it is cut into writes change nothing.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"a\x1b[31m\n::error::x", "\xc3", "é\u202e\U000e0001", "#", ": :"} {
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, cut uint8) {
		got := model.Plain(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return (r < ' ' || 0x7f <= r && r < 0xa0 || r == 0x202e) && r != '\n' && r != '\t' }) {
			t.Errorf("%q has control characters", got)
		}
		for line := range strings.Lines(got) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "::") || strings.Contains(line, "##[") {
				t.Errorf("%q has a command", got)
			}
		}
		if again := model.Plain(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
		var b strings.Builder
		w := model.PlainWriter{W: &b}
		for rest := []byte(text); len(rest) > 0; {
			n := min(len(rest), 1+int(cut)%7)
			w.Write(rest[:n])
			rest = rest[n:]
		}
		w.Flush()
		if b.String() != got {
			t.Errorf("in pieces: %q, want %q", b.String(), got)
		}
	})
}
