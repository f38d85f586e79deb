package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// CloseCode is the status code of a Close frame (RFC 6455 section 7.4).
type CloseCode uint16

// The codes of RFC 6455 section 7.4.1, and 1012 to 1014 of its registry (section 11.7).
const (
	NormalClosure       CloseCode = 1000
	GoingAway           CloseCode = 1001
	ProtocolError       CloseCode = 1002
	UnsupportedData     CloseCode = 1003
	NoStatus            CloseCode = 1005 // never sent: a Close came without a code
	AbnormalClosure     CloseCode = 1006 // never sent: no Close came
	InvalidPayload      CloseCode = 1007
	PolicyViolation     CloseCode = 1008
	MessageTooBig       CloseCode = 1009
	MandatoryExtension  CloseCode = 1010
	InternalError       CloseCode = 1011
	ServiceRestart      CloseCode = 1012
	TryAgainLater       CloseCode = 1013
	BadGateway          CloseCode = 1014
	TLSHandshakeFailure CloseCode = 1015 // never sent: TLS failed
)

// What can be wrong with the payload of a Close. [ParseClose] wraps them.
var (
	ErrCloseLength = errors.New("close payload of one byte")
	ErrCloseCode   = errors.New("close code that must not be sent")
	ErrCloseReason = errors.New("close reason is not UTF-8")
)

// Sendable reports whether c may stand in a Close frame. Such codes are the defined ones except
// 1004, 1005, 1006 and 1015 (RFC 6455 section 7.4.1), and 3000 to 4999, which belong to libraries
// and applications (7.4.2). Codes below 1000 are not used, 1016 to 2999 are reserved, and the RFC
// says nothing of 5000 and above.
func (c CloseCode) Sendable() bool {
	return c >= 1000 && c <= 1003 || c >= 1007 && c <= 1014 || c >= 3000 && c <= 4999
}

// ParseClose splits the payload of a Close frame (RFC 6455 section 5.5.1). The reason is a part of
// payload. An empty payload is legal and gives [NoStatus].
//
// The error wraps [ErrCloseLength], [ErrCloseCode] or [ErrCloseReason], the first that applies.
// Code and reason are then what the bytes say, if there are any.
func ParseClose(payload []byte) (code CloseCode, reason []byte, err error) {
	switch len(payload) {
	case 0:
		return NoStatus, nil, nil
	case 1:
		// "the first two bytes of the body MUST be a 2-byte unsigned integer"
		return 0, nil, ErrCloseLength
	}
	code, reason = CloseCode(binary.BigEndian.Uint16(payload)), payload[2:]
	if !code.Sendable() {
		return code, reason, fmt.Errorf("%w: %d", ErrCloseCode, code)
	}
	if !utf8.Valid(reason) {
		return code, reason, fmt.Errorf("%w: %q", ErrCloseReason, reason)
	}
	return code, reason, nil
}

// AppendClose appends the payload of a Close frame with a code, legal or not. A control frame has
// room for 123 bytes of reason. A Close without a code has an empty payload, which needs no
// function.
func AppendClose(dst []byte, code CloseCode, reason string) []byte {
	return append(binary.BigEndian.AppendUint16(dst, uint16(code)), reason...)
}
