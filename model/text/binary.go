package text

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/internal/arena"
)

// BinaryVersion is the version of the binary form. Store it beside the bytes: any bytes
// decode, so the bytes cannot show their version. Bytes of version 1 decode as they did.
const BinaryVersion = 2

// The binary form
//
// A trace is its configuration and then its ops, without lengths or end marks. Bytes that
// are missing at the end read as zero, so every byte string decodes. Cutting off the end
// loses ops and changes at most the last one left. Cutting out the front leaves later ops
// intact, because an op names a ping by how far back it is.
//
//	config:  1 byte: bit 0 client, bits 1-2 deflate, bit 3 keepalive, bit 4 cut, bit 5 seed;
//	         then varints of those that are set: interval and timeout (ns), cut, seed;
//	         bits 6-7 set and followed by the byte 6a: a wide trace
//	op:      1 byte: its low 6 bits index the table of kinds, then what the kind carries:
//	         bit 6: Keep or Z or Fin; bit 7: Text
//	payload: 1 byte: the high 3 bits are the form, the low 5 a small number n
//	         0: the literal n of the pool      1: a literal of n bytes (31: a varint says how many)
//	         2: echo of the ping n back        3: prefix, then a varint length
//	         4: extended, then varint length and bytes   5: flipped, then a varint bit
//	         6: chosen if n < 16, else the relation of the next byte to a keepalive ping
//	         7: a literal of n+1 times the next byte, 31: varint times the next byte
//	         n = 31 of 2 to 5: a varint (zigzag) says how far back
//
// A wide trace has joined ops, each behind a byte joinMark, or literals of more than
// 65,535 bytes. Every other trace is as it was before there were wide ones.
//
// A duration is a varint: the low 2 bits choose the unit (ns, ms, s, 10 s), and the rest
// counts units.

// kindTable maps the low six bits of an op's byte to the kind; kindCode maps a kind back.
// Simple and frequent ops have more places. Go's minimiser tries digits and letters ('0' is
// 0x30, 'A' 1, 'a' 0x21), so their places hold simple ops.
var kindTable, kindCode = func() (table [64]model.Kind, code [model.End]byte) {
	weights := []struct {
		kind model.Kind
		n    int
	}{
		{model.Ping, 16}, {model.Pong, 16}, {model.Cancel, 5}, {model.RecvPing, 6}, {model.Advance, 4}, {model.Settle, 3}, {model.Close, 1}, {model.PeerClose, 1}, {model.Drop, 1}, {model.EOF, 1},
		{model.Block, 1}, {model.Resume, 1}, {model.Raw, 1}, {model.Msg, 1}, {model.Frag, 2}, {model.Cont, 2}, {model.MsgSend, 1}, {model.SendPong, 1},
	}
	i := 0
	for _, w := range weights {
		code[w.kind] = byte(i)
		for range w.n {
			table[i] = w.kind
			i++
		}
	}
	return table, code
}()

// literalPool has the literals that take one byte.
var literalPool = [32]string{
	"", "a", "b", "c", "d", "ab", "abc", "abcd", "\x00", "a\x00", "\x0d\x90\x0f\x00", "\x0d\x90\x0f", "\xff", "\xff\xfe", " a ", "1",
	"2", "3", "10", "\x00\x00\x00\x01", "\x00\x00\x00\x02", "__proto__", "constructor", "ping", "h\xc3\xa9", "\x80", "\n", "abcdefgh",
	run125, run126, "abcdefghijklmnopqrstuvwxyz012345", "aa",
}

const (
	run125 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	run126 = run125 + "a"
)

const (
	formPool = iota
	formBytes
	formEcho
	formPrefix
	formExtended
	formFlipped
	formSpecial
	formRun
)

const (
	headWide = 0xc0 // of the configuration's first byte
	wideMark = 0x6a // the byte after it
)

// joinMark is a byte before an op of a wide trace that is joined with the next.
var joinMark = kindCode[model.Settle] | bitFlag | bitText

const (
	bitFlag       = 0x40
	bitText       = 0x80
	varintFollows = 31 // as a small number: a varint follows
)

// Encode returns t in the binary form, without its profile. Decode restores the ops and
// the configuration.
func Encode(t *model.Trace) []byte { return AppendBinary(nil, t) }

// AppendBinary appends t in the binary form, without its profile, to b.
func AppendBinary(b []byte, t *model.Trace) []byte {
	b = appendConfig(b, &t.Config, slices.ContainsFunc(t.Ops, needsWide))
	calls := 0
	for i := range t.Ops {
		op := &t.Ops[i]
		if op.Join {
			b = append(b, joinMark)
		}
		c := kindCode[op.Kind]
		if op.Keep && op.Kind == model.Cancel || op.Z || op.Fin {
			c |= bitFlag
		}
		if op.Text {
			c |= bitText
		}
		b = append(b, c)
		switch {
		case op.Kind.HasPayload():
			b = appendPayload(b, &op.Data, calls)
		case op.Kind == model.Cancel:
			b = binary.AppendVarint(b, int64(calls-op.N))
		case op.Kind == model.Close || op.Kind == model.PeerClose:
			b = binary.AppendUvarint(b, uint64(op.N))
		case op.Kind == model.Advance:
			b = appendDuration(b, op.Time)
		}
		if op.Kind == model.Ping {
			calls++
		}
	}
	return b
}

// needsWide reports whether only a wide trace can have the op.
func needsWide(op model.Op) bool { return op.Join || len(op.Data.Lit) > maxNumber }

func appendConfig(b []byte, c *model.Config, wide bool) []byte {
	head := byte(c.Role)&1 | byte(c.Deflate)<<1
	at := len(b)
	b = append(b, head)
	if wide {
		b[at] |= headWide
		b = append(b, wideMark)
	}
	if c.Interval != 0 {
		b[at] |= 8
		b = appendDuration(appendDuration(b, c.Interval), c.Timeout)
	}
	if c.Cut != 0 {
		b[at] |= 16
		b = binary.AppendUvarint(b, uint64(c.Cut))
	}
	if c.Seed != 0 {
		b[at] |= 32
		b = binary.AppendVarint(b, c.Seed)
	}
	return b
}

var timeUnits = [4]time.Duration{time.Nanosecond, time.Millisecond, time.Second, 10 * time.Second}

func appendDuration(b []byte, d time.Duration) []byte {
	for u := len(timeUnits) - 1; ; u-- {
		if d%timeUnits[u] == 0 {
			return binary.AppendUvarint(b, uint64(d/timeUnits[u])<<2|uint64(u))
		}
	}
}

func appendPayload(b []byte, d *model.Payload, calls int) []byte {
	if d.Keep && d.Form >= model.Echo {
		near := *d
		near.Keep = false
		return appendPayload(append(b, formSpecial<<5|16), &near, 0)
	}
	switch d.Form {
	case model.Chosen:
		return append(b, formSpecial<<5)
	case model.Literal:
		return appendLiteral(b, d.Lit)
	}
	form := byte(d.Form-model.Echo+formEcho) << 5
	if back := calls - d.Ref; back >= 0 && back < varintFollows {
		b = append(b, form|byte(back))
	} else {
		b = binary.AppendVarint(append(b, form|varintFollows), int64(back))
	}
	switch d.Form {
	case model.Prefix, model.Flipped:
		b = binary.AppendUvarint(b, uint64(d.N))
	case model.Extended:
		b = append(binary.AppendUvarint(b, uint64(len(d.Lit))), d.Lit...)
	}
	return b
}

func appendLiteral(b []byte, s string) []byte {
	for i, p := range literalPool {
		if p == s {
			return append(b, byte(i))
		}
	}
	run := len(s) > 4
	for i := 1; i < len(s); i++ {
		run = run && s[i] == s[0]
	}
	switch {
	case run && len(s) <= varintFollows:
		return append(b, formRun<<5|byte(len(s)-1), s[0])
	case run:
		return append(binary.AppendUvarint(append(b, formRun<<5|varintFollows), uint64(len(s))), s[0])
	case len(s) < varintFollows:
		return append(append(b, formBytes<<5|byte(len(s))), s...)
	}
	return append(binary.AppendUvarint(append(b, formBytes<<5|varintFollows), uint64(len(s))), s...)
}

// A Decoder turns bytes into traces. It reuses its memory: a trace is valid until the next
// call of Decode.
type Decoder struct {
	trace  model.Trace // the trace that Decode returns
	arena  arena.Arena // has the payloads of the trace
	unread []byte      // the bytes not decoded yet
	calls  int         // how many pings were decoded
	wide   bool        // the trace is a wide one
	MaxOps int         // Decode leaves out the ops beyond; 0 means [MaxOps]
}

// Decode turns any bytes into a trace. It never fails.
func Decode(b []byte) *model.Trace { return new(Decoder).Decode(b) }

// Decode turns any bytes into a trace. It never fails. It allocates nothing once its memory
// has grown to the size of its inputs.
func (d *Decoder) Decode(b []byte) *model.Trace {
	d.arena.Reset()
	d.unread, d.calls, d.wide = b, 0, false
	d.trace = model.Trace{Ops: d.trace.Ops[:0]}
	d.readConfig()
	limit := d.MaxOps
	if limit == 0 {
		limit = MaxOps
	}
	for len(d.unread) > 0 && len(d.trace.Ops) < limit {
		d.trace.Ops = append(d.trace.Ops, d.readOp())
	}
	return &d.trace
}

// readByte reads a byte; at the end it returns zero.
func (d *Decoder) readByte() byte {
	if len(d.unread) == 0 {
		return 0
	}
	c := d.unread[0]
	d.unread = d.unread[1:]
	return c
}

// readUvarint reads a varint. It returns limit in place of a greater one.
func (d *Decoder) readUvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(d.unread)
	if n <= 0 {
		d.unread = d.unread[:0]
		return 0
	}
	d.unread = d.unread[n:]
	return min(v, limit)
}

// readLength reads the length of a literal.
func (d *Decoder) readLength() int {
	if d.wide {
		return int(d.readUvarint(model.MaxPayload))
	}
	return int(d.readUvarint(maxNumber))
}

// readBack reads how far back a ping is, a signed varint, and bounds it by MaxOps.
func (d *Decoder) readBack() int {
	v, n := binary.Varint(d.unread)
	if n <= 0 {
		d.unread = d.unread[:0]
		return 0
	}
	d.unread = d.unread[n:]
	return int(max(min(v, MaxOps), -MaxOps))
}

func (d *Decoder) readDuration() time.Duration {
	v := d.readUvarint(1 << 62)
	unit := timeUnits[v&3]
	return min(time.Duration(v>>2), maxDuration/unit) * unit
}

// maxDuration bounds the time of an op: the sum of a few hundred still fits a Duration.
const maxDuration = 365 * 24 * time.Hour

func (d *Decoder) readConfig() {
	c := &d.trace.Config
	head := d.readByte()
	if head&headWide == headWide && len(d.unread) > 0 && d.unread[0] == wideMark {
		d.unread, d.wide = d.unread[1:], true
	}
	c.Role = model.Role(head & 1)
	if c.Deflate = model.Deflate(head >> 1 & 3); c.Deflate > model.ResetEach {
		c.Deflate = model.NoDeflate
	}
	if head&8 != 0 {
		c.Interval, c.Timeout = d.readDuration(), d.readDuration()
		if c.Interval == 0 {
			c.Timeout = 0
		}
	}
	if head&16 != 0 {
		c.Cut = int(d.readUvarint(maxNumber))
	}
	if head&32 != 0 {
		v, n := binary.Varint(d.unread)
		if n > 0 {
			d.unread, c.Seed = d.unread[n:], v
		}
	}
}

func (d *Decoder) readOp() model.Op {
	c := d.readByte()
	joins := false
	for d.wide && c == joinMark {
		c, joins = d.readByte(), true
	}
	o := model.Op{Kind: kindTable[c&0x3f]}
	o.Join = joins && o.Kind.FromPeer()
	flag := c&bitFlag != 0
	switch o.Kind {
	case model.Msg, model.Frag:
		o.Z = flag
		o.Text = c&bitText != 0
	case model.MsgSend:
		o.Text = c&bitText != 0
	case model.Cont:
		o.Fin = flag
	case model.Cancel:
		o.Keep = flag
	}
	switch {
	case o.Kind.HasPayload():
		o.Data = d.readPayload(o.Kind, d.calls)
	case o.Kind == model.Cancel:
		o.N = min(max(d.calls-d.readBack(), 1), MaxOps)
	case o.Kind == model.Close || o.Kind == model.PeerClose:
		o.N = int(d.readUvarint(maxNumber))
	case o.Kind == model.Advance:
		o.Time = min(d.readDuration(), d.trace.Config.MaxAdvance())
	}
	if o.Kind == model.Ping {
		d.calls++
	}
	return o
}

func (d *Decoder) readPayload(kind model.Kind, calls int) model.Payload {
	c := d.readByte()
	form, n := c>>5, int(c&31)
	switch form {
	case formPool:
		return model.Payload{Lit: literalPool[n]}
	case formBytes:
		return model.Payload{Lit: d.readBytes(n)}
	case formRun:
		if n == varintFollows {
			n = d.readLength()
		} else {
			n++
		}
		return model.Payload{Lit: d.arena.Run(d.readByte(), n)}
	case formSpecial:
		if n < 16 && kind == model.Ping {
			return model.Payload{Form: model.Chosen}
		}
		if n < 16 {
			return model.Payload{}
		}
		if len(d.unread) == 0 || d.unread[0]>>5 < formEcho || d.unread[0]>>5 > formFlipped {
			return model.Payload{}
		}
		p := d.readPayload(kind, 0)
		p.Keep = true
		return p
	}
	if n == varintFollows {
		n = d.readBack()
	}
	p := model.Payload{Form: model.Form(form-formEcho) + model.Echo, Ref: min(max(calls-n, 1), MaxOps)}
	switch p.Form {
	case model.Prefix:
		p.N = int(d.readUvarint(maxNumber))
	case model.Flipped:
		p.N = int(d.readUvarint(8*maxNumber - 1))
	case model.Extended:
		p.Lit = d.readBytes(varintFollows)
	}
	return p
}

// readBytes reads n bytes, or what is left. If n is varintFollows, a varint has the length.
func (d *Decoder) readBytes(n int) string {
	if n == varintFollows {
		n = d.readLength()
	}
	n = min(n, len(d.unread))
	s := d.arena.Copy(d.unread[:n])
	d.unread = d.unread[n:]
	return s
}
