package frame

import "unicode/utf8"

// BeginsText reports whether a text may begin with b: b is UTF-8, but for a last character that
// may be incomplete. RFC 6455 section 8.1 binds a message as a whole, so its fragments may split a
// character.
func BeginsText(b []byte) bool {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				b = b[:i]
			}
			break
		}
	}
	return utf8.Valid(b)
}
