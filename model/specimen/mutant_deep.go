package specimen

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// deepMutants are wrong only after many ops, or for few payloads. They are made up.
func deepMutants() []Mutant {
	return []Mutant{
		{Name: "deep/eighth-entry", Of: "specimen/exact",
			Change: "the table loses its oldest entry when it grows for the eighth", new: as[eighthEntry]},
		{Name: "deep/ring-unwrapped", Of: "specimen/up-to",
			Change: "a ring of four is copied as it lies when it grows, not from its head on", new: as[ringUnwrapped]},
		{Name: "deep/counter-wraps", Of: "specimen/exact",
			Change: "chosen payloads are kept by a counter of three bits", new: as[counterWraps]},
		{Name: "deep/batch-latency", Of: "specimen/up-to",
			Change: "the latency of a ping counts from the first one acknowledged with it", new: as[batchLatency]},
		{Name: "deep/batch-of-four", Of: "specimen/up-to",
			Change: "a Pong acknowledges four pings at most, and forgets the others", new: as[batchOfFour]},
		{Name: "deep/sorted", Of: "specimen/up-to",
			Change: "earlier pings are those with a smaller payload", new: as[sorted]},
		{Name: "deep/hash", Of: "specimen/exact",
			Change: "payloads are compared by a hash of eight bits", new: as[hashed]},
		{Name: "deep/chosen-otherwise", Of: "specimen/exact",
			Change: "a chosen payload is remembered in another form than it is sent", new: as[chosenOtherwise]},
		{Name: "deep/longest-cut", Of: "specimen/exact",
			Change: "a payload of 125 bytes is sent without its last", new: as[longestCut]},
		{Name: "deep/eighth-stray", Of: "specimen/exact",
			Change: "the eighth Pong that nobody waits for ends the connection", new: as[eighthStray]},
		{Name: "deep/third-refusal", Of: "specimen/exact",
			Change: "a payload that was refused three times is forgotten", new: as[thirdRefusal]},
		{Name: "deep/queue-of-four", Of: "specimen/responder",
			Change: "while writes stall, four Pongs are kept and the newest dropped", new: as[queueOfFour]},
	}
}

type eighthEntry struct{ exact }

func (x *eighthEntry) callPing(id pingID, ev *model.Event) {
	if x.exact.callPing(id, ev); len(x.entries) == 8 {
		x.removeEntry(0)
	}
}

type ringUnwrapped struct {
	upTo
	head  int // place of the oldest entry in the ring
	grown bool
}

func (u *ringUnwrapped) openConnection(cfg *model.Config) {
	u.upTo.openConnection(cfg)
	u.head, u.grown = 0, false
}

func (u *ringUnwrapped) callPing(id pingID, ev *model.Event) {
	if u.upTo.callPing(id, ev); len(u.entries) == 5 && !u.grown {
		u.grown = true
		var lies [4]entry
		for i, e := range u.entries[:4] {
			lies[(u.head+i)%4] = e
		}
		copy(u.entries, lies[:])
	}
}

func (u *ringUnwrapped) handlePong(data string) {
	n := len(u.entries)
	u.upTo.handlePong(data)
	u.head = (u.head + n - len(u.entries)) % 4
}

type counterWraps struct {
	exact
	slots [8]pingID
}

func (x *counterWraps) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.slots = [8]pingID{}
}

func (x *counterWraps) callPing(id pingID, ev *model.Event) {
	if ev.Chosen {
		slot := &x.slots[x.counter%8]
		for i := range x.entries {
			if x.entries[i].id == *slot {
				x.removeEntry(i)
				break
			}
		}
		*slot = id
	}
	x.exact.callPing(id, ev)
}

type batchLatency struct{ upTo }

func (u *batchLatency) handlePong(data string) {
	for i := range u.findPending(data) + 1 {
		u.entries[i].sent = u.entries[0].sent
	}
	u.upTo.handlePong(data)
}

type batchOfFour struct{ upTo }

func (u *batchOfFour) handlePong(data string) {
	for i := range u.findPending(data) + 1 {
		u.entries[i].gone = u.entries[i].gone || i >= 4
	}
	u.upTo.handlePong(data)
}

type sorted struct{ upTo }

func (u *sorted) handlePong(data string) {
	at := u.findPending(data)
	if at < 0 {
		return
	}
	u.showLatency(u.now - u.entries[at].sent)
	kept := u.entries[:0]
	for _, e := range u.entries {
		switch {
		case e.data > data:
			kept = append(kept, e)
		case !e.gone:
			u.acknowledge(e)
		}
	}
	u.entries = kept
}

type hashed struct{ exact }

func (x *hashed) handlePong(data string) {
	x.acknowledgeFirst(func(pending string) bool { return fnv8(pending) == fnv8(data) })
}

// fnv8 is the last eight bits of the hash FNV-1a.
func fnv8(s string) uint8 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return uint8(h)
}

type chosenOtherwise struct{ exact }

func (x *chosenOtherwise) callPing(id pingID, ev *model.Event) {
	if x.exact.callPing(id, ev); ev.Chosen {
		e := &x.entries[len(x.entries)-1]
		e.data = x.copyBytes([]byte("#" + e.data))
	}
}

type longestCut struct{ exact }

func (x *longestCut) callPing(id pingID, ev *model.Event) {
	if x.exact.callPing(id, ev); len(ev.Data) == frame.MaxControl {
		if f := x.lastWritten(); f.Opcode == frame.Ping {
			f.Data = f.Data[:frame.MaxControl-1]
		}
	}
}

type eighthStray struct {
	exact
	strays int
}

func (x *eighthStray) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.strays = 0
}

func (x *eighthStray) handlePong(data string) {
	if x.findPending(data) < 0 {
		x.strays++
	}
	if x.exact.handlePong(data); x.strays == 8 {
		x.abortTransport()
	}
}

type thirdRefusal struct {
	exact
	refused map[string]int
}

func (x *thirdRefusal) openConnection(cfg *model.Config) {
	x.exact.openConnection(cfg)
	x.refused = map[string]int{}
}

func (x *thirdRefusal) callPing(id pingID, ev *model.Event) {
	at := -1
	if !ev.Chosen {
		at = x.findPending(ev.Data)
	}
	x.exact.callPing(id, ev)
	if at >= 0 {
		data := x.entries[at].data
		if x.refused[data]++; x.refused[data] == 3 {
			x.removeEntry(at)
		}
	}
}

type queueOfFour struct{ responder }

func (p *queueOfFour) answerPing(data string) {
	pongs := 0
	for _, f := range p.stalled {
		if f.Opcode == frame.Pong {
			pongs++
		}
	}
	if pongs < 4 {
		p.responder.answerPing(data)
	}
}
