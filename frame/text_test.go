package frame

import (
	"testing"
	"unicode/utf8"
)

func TestBeginsText(t *testing.T) {
	for _, tt := range []struct {
		bytes string
		want  bool
	}{
		{"", true},
		{"a", true},
		{"\xc3", true},
		{"a\xf0\x9f\x98", true},
		{"\xf0\x9f\x98\x8a", true},
		{"\xc3a", false},
		{"\xff", false},
		{"a\x80", false},
		{"\x80\x80\x80\x80", false},
		{"\xc0", false},     // begins an overlong form only
		{"\xed\xa0", false}, // begins a surrogate only
		{"\xf4\x90", false}, // begins what is beyond U+10FFFF only
	} {
		if got := BeginsText([]byte(tt.bytes)); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.bytes, got, tt.want)
		}
	}
}

// Each beginning of a text begins a text.
func FuzzBeginsText(f *testing.F) {
	f.Add("aé€😊")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		for i := range len(s) {
			if !BeginsText([]byte(s[:i])) {
				t.Errorf("%q: the first %d bytes are said to begin no text", s, i)
			}
		}
	})
}
