package shrink

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// changeOp returns an edit that applies f to the op at i.
func changeOp(i int, f func(o *model.Op)) edit {
	return func(d *editor, t *model.Trace) *model.Trace {
		c := d.cloneTrace(t)
		f(&c.Ops[i])
		return c
	}
}

// maxNames is how many of the simplest payloads, and of the nearest pings, are tried in
// each op.
const maxNames = 6

// simplifyReferences tries simpler relations, and other pings, in one op at a time.
func simplifyReferences(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		pings := 0
		for i, o := range t.Ops {
			if o.Data.Form == model.Chosen && !yield(changeOp(i, func(o *model.Op) { o.Data = numberPayload(pings + 1) })) {
				return
			}
			for _, p := range simplerPayloads(&o, pings) {
				if !yield(changeOp(i, func(o *model.Op) { o.Data = p })) {
					return
				}
			}
			for n := range min(o.N-1, pings) {
				if o.Kind == model.Cancel && !yield(changeOp(i, func(o *model.Op) { o.N = n + 1 })) {
					return
				}
			}
			if o.Kind == model.Ping {
				pings++
			}
		}
	}
}

// numberPayload is the payload of the n-th ping of a subject that counts its pings.
func numberPayload(n int) model.Payload { return model.Bytes(strconv.Itoa(n)) }

// simplerPayloads returns payloads to try in place of that of o, which follows so many
// pings.
func simplerPayloads(o *model.Op, pings int) []model.Payload {
	if o.Data == (model.Payload{}) && o.Kind != model.Pong {
		return nil
	}
	p := o.Data
	var all []model.Payload
	if p.Relation() {
		echo := model.EchoOf(p.Ref)
		echo.Keep = p.Keep
		all = append(all, echo)
	}
	if o.Kind == model.Pong {
		for k := range min(pings, maxNames) {
			all = append(all, model.EchoOf(pings-k), model.EchoOf(k+1))
		}
	}
	if o.Kind != model.Raw {
		for n := range maxNames {
			all = append(all, model.Bytes(letter(n)))
		}
		all = append(all, model.Payload{})
	}
	for _, n := range []int{0, 1, p.N / 2, p.N - 1} {
		if q := p; p.Form >= model.Prefix && n >= 0 && n < p.N {
			q.N = n
			all = append(all, q)
		}
	}
	if p.Form == model.Extended {
		for _, s := range [...]string{"a", p.Lit[:1]} {
			q := p
			q.Lit = s
			all = append(all, q)
		}
	}
	return all
}

// simplifyLiterals renames payloads in the whole trace at once, because a ping and its
// pong must change together.
func simplifyLiterals(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		names := distinctLiterals(t)
		up := letter
		down := func(n int) string { return letter(len(names) - 1 - n) } // for what depends on their order
		for _, name := range []func(int) string{up, down} {
			if !yield(func(d *editor, t *model.Trace) *model.Trace { return renamePayloads(d, t, names, name) }) {
				return
			}
		}
		for _, b := range oddBytes(names) {
			if !yield(func(d *editor, t *model.Trace) *model.Trace { return replaceByte(d, t, b) }) {
				return
			}
		}
		for n, old := range names {
			for _, s := range plainerPayloads(old, n, len(names)) {
				if !yield(func(d *editor, t *model.Trace) *model.Trace { return swapPayloads(d, t, old, s) }) {
					return
				}
			}
		}
	}
}

// distinctLiterals returns the literal payloads, in the order of their first use.
func distinctLiterals(t *model.Trace) []string {
	var names []string
	have := map[string]bool{}
	for _, o := range t.Ops {
		if s := o.Data.Lit; o.Data.Form == model.Literal && o.Kind.HasPayload() && !have[s] {
			have[s] = true
			names = append(names, s)
		}
	}
	return names
}

// swapPayloads swaps the payloads a and b in the whole trace.
func swapPayloads(d *editor, t *model.Trace, a, b string) *model.Trace {
	c := d.cloneTrace(t)
	for i := range c.Ops {
		if o := &c.Ops[i]; o.Data.Form == model.Literal && o.Kind.HasPayload() {
			switch o.Data.Lit {
			case a:
				o.Data.Lit = b
			case b:
				o.Data.Lit = a
			}
		}
	}
	return c
}

// renamePayloads replaces the n-th payload of names by name(n).
func renamePayloads(d *editor, t *model.Trace, names []string, name func(n int) string) *model.Trace {
	c := d.cloneTrace(t)
	for i := range c.Ops {
		o := &c.Ops[i]
		if n := slices.Index(names, o.Data.Lit); n >= 0 && o.Data.Form == model.Literal && o.Kind.HasPayload() && o.Kind != model.Raw {
			o.Data.Lit = name(n)
		}
	}
	return c
}

// oddBytes returns up to maxOdd bytes of the names that are not "a".
func oddBytes(names []string) (odd []byte) {
	for _, s := range names {
		for i := range len(s) {
			if s[i] != 'a' && len(odd) < maxOdd && !slices.Contains(odd, s[i]) {
				odd = append(odd, s[i])
			}
		}
	}
	return odd
}

const maxOdd = 16

// replaceByte replaces a byte by "a" in all payloads, because a payload and a prefix of it
// must change together.
func replaceByte(d *editor, t *model.Trace, b byte) *model.Trace {
	c := d.cloneTrace(t)
	for i := range c.Ops {
		if o := &c.Ops[i]; o.Data.Form == model.Literal && o.Kind.HasPayload() && o.Kind != model.Raw {
			o.Data.Lit = strings.ReplaceAll(o.Data.Lit, string([]byte{b}), "a")
		}
	}
	return c
}

// plainerPayloads returns payloads to try in place of s, the n-th of all.
func plainerPayloads(s string, n, all int) []string {
	out := []string{letter(n)}
	for k := range min(all, maxNames) {
		out = append(out, letter(k))
	}
	out = append(out, "")
	for cut := len(s) / 2; cut > 0; cut /= 2 {
		out = append(out, s[:len(s)-cut], s[cut:])
	}
	plain := make([]byte, len(s))
	for i := range plain {
		plain[i] = 'a'
	}
	out = append(out, string(plain))
	for i := 0; i < len(s) && i < 16; i++ {
		out = append(out, s[:i]+s[i+1:], s[:i]+"a"+s[i+1:])
	}
	return out
}

// simplifyNumbers lowers times, codes and flags, and makes a continuation that continues
// nothing the beginning of a message.
func simplifyNumbers(t *model.Trace) iter.Seq[edit] {
	return func(yield func(edit) bool) {
		for i, o := range t.Ops {
			for _, d := range rounderTimes(o.Time, t.Config) {
				if !yield(changeOp(i, func(o *model.Op) { o.Time = d })) {
					return
				}
			}
			if o.Join && !yield(changeOp(i, func(o *model.Op) { o.Join = false })) {
				return
			}
			plain := o
			plain.Z, plain.Text = false, false
			if o.Kind == model.Close || o.Kind == model.PeerClose {
				plain.N = 0
			}
			if plain != o && !yield(changeOp(i, func(o *model.Op) { *o = plain })) {
				return
			}
			begin := model.Op{Kind: model.Frag, Data: o.Data}
			if o.Kind == model.Cont && !yield(changeOp(i, func(o *model.Op) { *o = begin })) {
				return
			}
		}
	}
}

// rounderTimes returns times to try in place of d.
func rounderTimes(d time.Duration, c model.Config) []time.Duration {
	if d == 0 {
		return nil
	}
	return []time.Duration{
		time.Second, c.Interval, c.Timeout, c.Interval + c.Timeout, d.Round(time.Second), d.Truncate(time.Second), d / 2,
		d.Truncate(time.Millisecond), time.Millisecond,
	}
}
