package model

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// Version is the first line of a file in the text form.
const Version = "pongcheck-trace 1"

// String is the trace in the text form, version line included. Parsing it gives
// the trace again.
func (t *Trace) String() string { return string(t.appendText(nil)) }

// appendText appends the trace in the text form.
func (t *Trace) appendText(b []byte) []byte {
	b = appendHeader(b, t.Profile, "", "", 0, t.Config)
	for i := range t.Ops {
		b = append(t.Ops[i].AppendText(b), '\n')
	}
	return b
}

// String is the transcript in the text form, version line included.
func (t *Transcript) String() string { return string(t.appendText(nil)) }

// appendText appends the transcript in the text form.
func (t *Transcript) appendText(b []byte) []byte {
	b = appendHeader(b, t.Profile, t.Subject, t.Version, t.Sees, t.Config)
	for i := range t.Steps {
		b = t.Steps[i].appendText(b)
	}
	if t.Ended {
		b = append(b, "end\n"...)
		b = t.End.AppendText(b)
	}
	return b
}

// appendText appends the op's line and its outcome lines.
func (s *Step) appendText(b []byte) []byte {
	b = append(s.Op.AppendText(b), '\n')
	if s.Related {
		b = append(append(append(b, "  < "...), appendBytes(nil, s.Became)...), '\n')
	}
	return s.Outcome.AppendText(b)
}

func appendHeader(b []byte, profile, subject, version string, sees Sees, c Config) []byte {
	b = append(b, Version+"\n"...)
	if profile != "" {
		b = append(b, "profile "+profile+"\n"...)
	}
	if subject != "" {
		b = append(b, strings.TrimRight("subject "+oneLine(subject)+" "+oneLine(version), " ")+"\n"...)
	}
	if sees != 0 && sees != SeesAll {
		b = append(b, "sees "+sees.String()+"\n"...)
	}
	if c != (Config{}) {
		b = append(c.AppendText(append(b, "config"...)), '\n')
	}
	return b
}

// AppendText appends the settings that differ from the defaults, each as
// " key=value".
func (c Config) AppendText(b []byte) []byte {
	if c.Role == Client {
		b = append(b, " role=client"...)
	}
	if c.Interval != 0 {
		b = append(b, " keepalive="+c.Interval.String()+"/"+c.Timeout.String()...)
	}
	switch c.Deflate {
	case Takeover:
		b = append(b, " deflate=takeover"...)
	case ResetEach:
		b = append(b, " deflate=reset"...)
	}
	if c.Cut != 0 {
		b = strconv.AppendInt(append(b, " cut="...), int64(c.Cut), 10)
	}
	if c.Seed != 0 {
		b = strconv.AppendInt(append(b, " seed="...), c.Seed, 10)
	}
	return b
}

// String is the op as one line of the text form.
func (o Op) String() string { return string(o.AppendText(nil)) }

// AppendText appends the op as one line, without its end.
func (o Op) AppendText(b []byte) []byte {
	b = append(b, o.Kind.String()...)
	if o.Kind.HasType() {
		b = append(b, typeWord(o.Text)...)
	}
	if o.Kind.HasPayload() {
		b = o.Data.appendText(append(b, ' '))
	}
	switch {
	case o.Kind == Cancel:
		b = append(b, ' ')
		if o.Keep {
			b = append(b, 'k')
		}
		b = strconv.AppendInt(b, int64(o.N), 10)
	case (o.Kind == Close || o.Kind == PeerClose) && o.N != 0:
		b = strconv.AppendInt(append(b, ' '), int64(o.N), 10)
	case o.Kind == Advance:
		b = append(append(b, ' '), o.Time.String()...)
	}
	if o.Z {
		b = append(b, " z"...)
	}
	if o.Fin {
		b = append(b, " fin"...)
	}
	if o.Join {
		b = append(b, " join"...)
	}
	return b
}

func typeWord(text bool) string {
	if text {
		return " text"
	}
	return " binary"
}

// String is the payload in the text form.
func (p Payload) String() string { return string(p.appendText(nil)) }

// appendText appends the payload in the text form.
func (p Payload) appendText(b []byte) []byte {
	switch p.Form {
	case Literal:
		return appendBytes(b, p.Lit)
	case Chosen:
		return append(b, '*')
	}
	b = append(b, '$')
	if p.Keep {
		b = append(b, 'k')
	}
	b = strconv.AppendInt(b, int64(p.Ref), 10)
	switch p.Form {
	case Prefix:
		b = append(strconv.AppendInt(append(b, "[:"...), int64(p.N), 10), ']')
	case Extended:
		b = appendBytes(append(b, '+'), p.Lit)
	case Flipped:
		b = strconv.AppendInt(append(b, '^'), int64(p.N), 10)
	}
	return b
}

// shorthand is the length from which a run of one byte is written as 61*125.
const shorthand = 17

func appendBytes(b []byte, s string) []byte {
	if s == "" {
		return append(b, '-')
	}
	if len(s) >= shorthand && strings.Count(s, s[:1]) == len(s) {
		b = append(hex.AppendEncode(b, []byte(s[:1])), '*')
		return strconv.AppendInt(b, int64(len(s)), 10)
	}
	return hex.AppendEncode(b, []byte(s))
}

// String is the outcome as lines of the text form.
func (o *Outcome) String() string { return string(o.AppendText(nil)) }

// AppendText appends the outcome as indented lines.
func (o *Outcome) AppendText(b []byte) []byte {
	for i := range o.Frames {
		b = append(o.Frames[i].appendText(append(b, "  > "...)), '\n')
	}
	if o.WroteEOF {
		b = append(appendAt(append(b, "  > eof"...), o.EOFAt), '\n')
	}
	if o.Part != "" {
		b = append(appendBytes(append(b, "  > part "...), o.Part), '\n')
	}
	for _, m := range o.Messages {
		b = append(append(b, "  message"...), typeWord(m.Text)...)
		b = append(appendAt(appendBytes(append(b, ' '), m.Data), m.At), '\n')
	}
	for i := range o.Resolutions {
		b = append(o.Resolutions[i].appendText(append(b, "  "...)), '\n')
	}
	if o.Err != NoError {
		b = append(appendName(append(b, "  error "+o.Err.String()...), o.ErrName), '\n')
	}
	if o.Timed {
		b = append(b, "  latency "+o.Latency.String()+"\n"...)
	}
	if o.Told.Said {
		b = append(b, "  told "+o.Told.String()+"\n"...)
	}
	if o.Closed {
		b = append(appendAt(append(b, "  closed"...), o.ClosedAt), '\n')
	}
	if o.Rested != 0 {
		b = append(b, "  rested "+o.Rested.String()+"\n"...)
	}
	if o.Crash.Class != "" {
		b = append(b, "  ! "+o.Crash.String()+"\n"...)
	}
	if o.Hang {
		b = appendPlace(append(b, "  ! hang"...), o.Stuck)
	}
	if o.Leak != "" {
		b = appendPlace(append(b, "  ! leak"...), o.Leak)
	}
	if o.Unsupported {
		b = append(b, "  unsupported\n"...)
	}
	return b
}

// appendPlace ends a line with the place of a goroutine, if it is known.
func appendPlace(b []byte, place string) []byte {
	if place != "" {
		b = append(b, ": "+strings.Join(strings.Fields(place), " ")...)
	}
	return append(b, '\n')
}

// String is WHERE CLASS: TEXT.
func (c Crash) String() string {
	return word(c.Where) + " " + word(c.Class) + ": " + oneLine(c.Text)
}

// oneLine makes one line of text from outside.
func oneLine(s string) string { return Plain(strings.Join(strings.Fields(s), " ")) }

// word makes one word of s: the text form has no place for blanks in names.
func word(s string) string {
	if s = strings.Join(strings.Fields(s), "_"); s == "" {
		return "?"
	}
	return Plain(strings.ReplaceAll(s, "#", "_"))
}

func appendName(b []byte, name string) []byte {
	if name != "" {
		b = append(b, " "+word(name)...)
	}
	return b
}

func appendAt(b []byte, at time.Duration) []byte {
	if at != 0 {
		b = append(b, " @"+at.String()...)
	}
	return b
}

// appendText appends the resolution as the text form writes it.
func (r *Resolution) appendText(b []byte) []byte {
	if r.Keep {
		b = append(b, 'k')
	}
	b = append(strconv.AppendInt(b, int64(r.N), 10), " "+r.How.String()...)
	if r.How == Failed || r.How == Refused {
		b = appendName(append(b, " "+r.Err.String()...), r.Name)
	}
	if r.Timed {
		b = append(b, " "+r.Latency.String()...)
	}
	return appendAt(b, r.At)
}

// String is the frame as the text form writes it, without the arrow.
func (f *Frame) String() string { return string(f.appendText(nil)) }

// appendText appends the frame as the text form writes it, without the arrow.
func (f *Frame) appendText(b []byte) []byte {
	code, reason, ok := closePayload(f.Data)
	switch {
	case f.Opcode == frame.Close && f.Data == "":
		b = append(b, "close -"...)
	case f.Opcode == frame.Close && ok:
		b = strconv.AppendInt(append(b, "close "...), int64(code), 10)
		if reason != "" {
			b = appendBytes(append(b, ' '), reason)
		}
	case f.Opcode == frame.Close:
		b = appendBytes(append(b, "op8 "...), f.Data)
	default:
		b = appendBytes(append(b, f.Opcode.String()+" "...), f.Data)
	}
	if f.NoFin {
		b = append(b, " fin=0"...)
	}
	if f.RSV != 0 {
		b = append(b, " rsv="+strconv.Itoa(int(f.RSV))...)
	}
	if f.WrongMask {
		b = append(b, " mask=wrong"...)
	}
	if f.Long != 0 {
		b = append(b, " len="+strconv.Itoa(int(f.Long))...)
	}
	return appendAt(b, f.At)
}

// closePayload splits a close payload into code and reason; it is not ok if
// there is no whole code.
func closePayload(s string) (code int, reason string, ok bool) {
	if len(s) < 2 {
		return 0, "", false
	}
	return int(s[0])<<8 | int(s[1]), s[2:], true
}
