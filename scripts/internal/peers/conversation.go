package peers

import (
	"math/rand/v2"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Conversation says how a tracker and a peer talk. In each round pings leave together, and
// the peer's answers come back. After the last round the peer has one more turn, so that a
// late peer is heard.
type Conversation struct {
	Strategy Strategy
	Peer     Peer
	Depth    int  // pings of a round
	Rounds   int  // of a connection
	GiveUp   bool // a waiter that was not acknowledged in its round is cancelled
	Seed     uint64
}

// Tally counts how the waiters of a conversation ended. Sent is the sum of Own, Later,
// Misled and Never.
type Tally struct {
	Connections int
	Killed      int // connections that the tracker ended without a reason

	Sent    int // pings
	Refused int // pings that the tracker did not send
	Own     int // waiters that the answer to their ping acknowledged, whatever its payload
	Later   int // waiters that the answer to a later ping acknowledged: the peer has seen theirs, since frames keep their order
	Misled  int // waiters that another Pong acknowledged: the peer need not have seen their ping
	Never   int // waiters that no Pong acknowledged in time
}

// Share returns n as a share of the pings that were sent.
func (t *Tally) Share(n int) float64 { return Share{uint64(n), uint64(t.Sent)}.Float() }

// Drive holds the conversation on a number of connections of s, one after the other. The
// subject must handle each event within its step.
func (c *Conversation) Drive(s model.Subject, connections int) Tally {
	d := driver{Conversation: c, subject: s, rng: rand.New(rand.NewPCG(c.Seed, 1))}
	for range connections {
		d.driveConnection()
	}
	d.tally.Never = d.tally.Sent - d.tally.Own - d.tally.Later - d.tally.Misled
	return d.tally
}

// driver is a conversation under way.
type driver struct {
	*Conversation
	subject model.Subject
	rng     *rand.Rand
	config  model.Config
	event   model.Event // a step's, here so that it need not be allocated
	out     model.Outcome
	tally   Tally

	called        int    // pings of this connection so far
	acked         []bool // by number of the ping, less one
	pings, before []Ping // of this round, and of the round before
	pongs         []Pong
	dead          bool
}

func (d *driver) driveConnection() {
	d.tally.Connections++
	d.called, d.acked, d.before, d.dead = 0, d.acked[:0], d.before[:0], false
	d.step(model.Event{Kind: model.Open, Config: &d.config})
	for i := 0; i < d.Rounds && !d.dead; i++ {
		d.driveRound()
	}
	d.pings = d.pings[:0]
	d.takeAnswers()
	if d.dead {
		d.tally.Killed++
	}
	d.step(model.Event{Kind: model.End})
}

func (d *driver) driveRound() {
	d.pings = d.pings[:0]
	for range d.Depth {
		d.callPing()
	}
	d.takeAnswers()
	if d.GiveUp {
		d.cancelRound()
	}
	d.pings, d.before = d.before, d.pings
}

// cancelRound cancels the pings of the round. An acknowledged waiter is not affected.
func (d *driver) cancelRound() {
	for _, p := range d.pings {
		if !d.dead {
			d.step(model.Event{Kind: model.Cancel, N: p.N})
		}
	}
}

// callPing lets the application call ping, and records the Pings that leave.
func (d *driver) callPing() {
	if d.dead {
		return
	}
	data := d.Strategy.Payload(d.rng, d.called)
	d.called++
	d.acked = append(d.acked, false)
	d.step(model.Event{Kind: model.Ping, N: d.called, Data: data})
	sent := false
	for i := range d.out.Frames {
		if f := &d.out.Frames[i]; f.Opcode == frame.Ping {
			d.pings = append(d.pings, Ping{d.called, f.Data})
			d.tally.Sent++
			sent = true
		}
	}
	if !sent {
		d.tally.Refused++
	}
}

// takeAnswers lets the peer answer, and counts the waiters that its Pongs acknowledge.
func (d *driver) takeAnswers() {
	d.pongs = d.Peer.Answer(d.pongs[:0], d.pings, d.before)
	for _, pong := range d.pongs {
		if d.dead {
			return
		}
		d.step(model.Event{Kind: model.Pong, Data: pong.Data})
		for i := range d.out.Resolutions {
			if r := &d.out.Resolutions[i]; r.How == model.Acked && d.isWaiting(r) {
				d.acked[r.N-1] = true
				*d.tally.counterFor(pong.To, r.N)++
			}
		}
	}
}

// isWaiting reports whether the waiter of r was not acknowledged before. Each counts once,
// whatever a broken subject shows.
func (d *driver) isWaiting(r *model.Resolution) bool {
	return !r.Keep && 0 < r.N && r.N <= d.called && !d.acked[r.N-1]
}

// counterFor returns the counter for ping n if the answer to ping to acknowledged it.
func (t *Tally) counterFor(to, n int) *int {
	switch {
	case to == n:
		return &t.Own
	case to > n:
		return &t.Later
	}
	return &t.Misled
}

func (d *driver) step(ev model.Event) {
	d.event = ev
	d.out.Reset()
	d.subject.Step(&d.event, &d.out)
	d.dead = d.dead || d.out.Closed || d.out.Crash.Class != ""
}
