package frame

import (
	"errors"
	"testing"
)

func TestParseClose(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		payload string
		code    CloseCode
		text    string
		err     error
	}{
		{"no payload is no code", "", NoStatus, "", nil},
		{"a code", "\x03\xe8", NormalClosure, "", nil},
		{"a code and a reason", "\x03\xe9gone \xe2\x98\x95", GoingAway, "gone \xe2\x98\x95", nil},
		{"5.5.1: one byte is no code", "\x03", 0, "", ErrCloseLength},
		{"5.5.1: the reason is UTF-8", "\x03\xe8\xff", NormalClosure, "\xff", ErrCloseReason},
		{"cut within a character", "\x03\xe8\xe2\x98", NormalClosure, "\xe2\x98", ErrCloseReason},
		{"7.4.1: 1005 is never sent", "\x03\xed", NoStatus, "", ErrCloseCode},
		{"the code comes before the reason", "\x03\xee\xff", AbnormalClosure, "\xff", ErrCloseCode},
		{"7.4.2: 0 is not used", "\x00\x00", 0, "", ErrCloseCode},
	} {
		code, reason, err := ParseClose([]byte(tt.payload))
		if code != tt.code || string(reason) != tt.text || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %d, %q, %v, want %d, %q, %v", tt.reason, code, reason, err, tt.code, tt.text, tt.err)
		}
		if tt.payload != "" && !errors.Is(err, ErrCloseLength) {
			if got := AppendClose(nil, code, string(reason)); string(got) != tt.payload {
				t.Errorf("%s: appended again it is % x", tt.reason, got)
			}
		}
	}
}

func TestSendable(t *testing.T) {
	for _, tt := range []struct {
		from, to CloseCode
		want     bool
	}{
		{0, 999, false}, {1000, 1003, true}, {1004, 1006, false}, {1007, 1014, true},
		{1015, 2999, false}, {3000, 4999, true}, {5000, 65535, false},
	} {
		for c := int(tt.from); c <= int(tt.to); c++ {
			if CloseCode(c).Sendable() != tt.want {
				t.Errorf("code %d is sendable: %v", c, !tt.want)
			}
		}
	}
}

func TestParseCloseDoesNotAllocate(t *testing.T) {
	payload := AppendClose(nil, GoingAway, "bye")
	if n := testing.AllocsPerRun(100, func() { ParseClose(payload) }); n != 0 {
		t.Errorf("parsing a close allocates %v times", n)
	}
}
