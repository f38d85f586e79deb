package model

import (
	"math"
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// Kind says what an [Op] or [Event] does. The package documentation has the meaning of
// each:
//
//   - the application calls: Ping, Cancel, Close, MsgSend, SendPong;
//   - the peer sends: Pong, RecvPing, PeerClose, Raw, Msg, Frag, Cont;
//   - the transport: Drop, EOF, Block, Resume;
//   - time: Advance, Settle;
//   - the frame of a trace: Open, End.
type Kind uint8

// The kinds. Open and End frame a trace: they are events that the checker
// steps, never ops of a trace that was parsed.
const (
	Open Kind = iota
	Ping
	Cancel
	Pong
	RecvPing
	Close
	PeerClose
	Drop
	EOF
	Advance
	Settle
	Block
	Resume
	Raw
	Msg
	Frag
	Cont
	MsgSend
	SendPong
	End
	kinds
)

var kindNames = [kinds]string{
	"open", "ping", "cancel", "pong", "recv-ping", "close", "peer-close", "drop", "eof", "advance",
	"settle", "block", "resume", "raw", "msg", "frag", "cont", "msg-send", "send-pong", "end",
}

// String is the name of k in the text form.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return "unknown"
}

// FindKind returns the kind of op that the text form calls name.
func FindKind(name string) (Kind, bool) {
	for k := Ping; k < End; k++ {
		if kindNames[k] == name {
			return k, true
		}
	}
	return 0, false
}

// Kinds is a set of kinds: AllKinds, less some as in AllKinds &^ KindsOf(Block, Resume).
type Kinds uint32

// AllKinds holds every kind that can stand in a trace.
const AllKinds = Kinds(1<<kinds-1) &^ (1<<Open | 1<<End)

// KindsOf makes a set.
func KindsOf(ks ...Kind) Kinds {
	var set Kinds
	for _, k := range ks {
		set |= 1 << k
	}
	return set
}

// Has reports whether k is in the set.
func (ks Kinds) Has(k Kind) bool { return ks>>k&1 != 0 }

// hasPayload are the kinds whose op carries a [Payload].
const hasPayload = Kinds(1<<Ping | 1<<Pong | 1<<RecvPing | 1<<Raw | 1<<Msg | 1<<Frag | 1<<Cont | 1<<MsgSend | 1<<SendPong)

// HasPayload reports whether an op of kind k carries a [Payload].
func (k Kind) HasPayload() bool { return hasPayload.Has(k) }

// HasType reports whether an op of kind k carries the type of a message.
func (k Kind) HasType() bool { return k == Msg || k == Frag || k == MsgSend }

// fromPeer are the kinds by which bytes of the peer reach the subject.
const fromPeer = Kinds(1<<Pong | 1<<RecvPing | 1<<PeerClose | 1<<Raw | 1<<Msg | 1<<Frag | 1<<Cont)

// FromPeer reports whether the peer writes bytes in an op of kind k.
func (k Kind) FromPeer() bool { return fromPeer.Has(k) }

// Op is one step of a trace. It is comparable; fields that its kind does not
// use are zero.
type Op struct {
	Kind Kind
	Keep bool          // Cancel: N counts keepalive pings
	Text bool          // Msg, Frag, MsgSend: a text message, else binary
	Z    bool          // Msg, Frag: compressed
	Fin  bool          // Cont: the last fragment
	Join bool          // what the peer sends: its bytes arrive in one read with those of the next op, see Joins
	N    int           // Cancel: which ping; Close, PeerClose: the code, 0 for none
	Time time.Duration // Advance: how long
	Data Payload
}

// SameSort reports whether an adapter does o and p by the same function: they have the same
// kind, and of two pings both or none leave the payload to the subject.
func (o *Op) SameSort(p *Op) bool {
	return o.Kind == p.Kind && (o.Kind != Ping || (o.Data.Form == Chosen) == (p.Data.Form == Chosen))
}

// MaxPayload is the length in bytes of the longest payload.
const MaxPayload = 1<<17 - 1

// Joins reports whether the bytes of o arrive in one read with those of the next op: o
// says so, and both are the peer's.
func (o *Op) Joins(next *Op) bool { return o.Join && o.Kind.FromPeer() && next.Kind.FromPeer() }

// Form says how a [Payload] gets its bytes.
type Form uint8

// The forms of a payload.
const (
	Literal  Form = iota // Lit
	Chosen               // the subject chooses (Ping only)
	Echo                 // those of ping Ref
	Prefix               // the first N of them
	Extended             // those with Lit added
	Flipped              // those with bit N flipped
)

// Payload is the application data of an op: bytes, or a relation to an earlier
// Ping. It is comparable.
type Payload struct {
	Form Form
	Keep bool   // Ref counts keepalive pings
	Ref  int    // the ping's number, from 1
	N    int    // Prefix: a length; Flipped: a bit
	Lit  string // Literal: the bytes; Extended: the bytes added
}

// Bytes is the literal payload s.
func Bytes(s string) Payload { return Payload{Lit: s} }

// EchoOf is the payload of ping n.
func EchoOf(n int) Payload { return Payload{Form: Echo, Ref: n} }

// PrefixOf is the first m bytes of the payload of ping n.
func PrefixOf(n, m int) Payload { return Payload{Form: Prefix, Ref: n, N: m} }

// Relation reports whether p is resolved by what was sent before.
func (p Payload) Relation() bool { return p.Form >= Echo }

// Config is how the connection of a trace is set up. It is comparable; the zero
// value is a server without keepalive and without extensions.
type Config struct {
	Role     Role
	Interval time.Duration // of the subject's keepalive; 0: off
	Timeout  time.Duration // of the subject's keepalive; 0: none
	Deflate  Deflate
	Cut      int   // the subject reads its input Cut bytes at a time; 0: as it comes
	Seed     int64 // for choosers of the subject's
}

// MaxBeats is how many intervals of the keepalive may pass in one advance, since each of them
// is a Ping.
const MaxBeats = 1000

// MaxAdvance returns how long one advance may be: [MaxBeats] intervals of the keepalive.
func (c *Config) MaxAdvance() time.Duration {
	if c.Interval <= 0 || c.Interval > math.MaxInt64/MaxBeats {
		return math.MaxInt64
	}
	return MaxBeats * c.Interval
}

// Role is the subject's role in the handshake.
type Role = frame.Role

// The roles.
const (
	Server = frame.Server
	Client = frame.Client
)

// Deflate says whether permessage-deflate (RFC 7692) was negotiated, and whether
// the compression window lives on from message to message.
type Deflate uint8

// The ways of compression.
const (
	NoDeflate Deflate = iota
	Takeover
	ResetEach
)

// Trace is a list of ops on one connection.
type Trace struct {
	Profile string // name of the profile to judge by; empty: not stated
	Config  Config
	Ops     []Op
}

// Clone is a copy that shares nothing that changes.
func (t *Trace) Clone() *Trace {
	c := *t
	c.Ops = append([]Op(nil), t.Ops...)
	return &c
}
