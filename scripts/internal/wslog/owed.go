package wslog

// What is remembered of Pings is bounded; past the bounds answers are undecided. No
// keepalive comes near them.
const (
	maxOwed   = 1024 // Pings without an answer
	maxStrays = 4096 // Pongs that answer none
	maxPings  = 64   // Pings that a shortened Pong may answer
)

// owed counts the Pings that are owed a Pong, as package model does: a Pong strikes
// the newest with its data and every older one (RFC 6455 section 5.5.3). It only
// serves to bound the work.
type owed struct {
	newest map[string]int // number of the newest Ping with that data
	next   int
	base   int // older ones are struck
	strays int
}

func newOwed() owed { return owed{newest: map[string]int{}} }

func (o *owed) has(data string) bool {
	n, ok := o.newest[data]
	return ok && n >= o.base
}

func (o *owed) ping(data string) {
	if len(o.newest) > 4*maxOwed {
		for d, n := range o.newest {
			if n < o.base {
				delete(o.newest, d)
			}
		}
	}
	o.newest[data] = o.next
	o.next++
}

func (o *owed) pong(data string) {
	switch {
	case o.has(data):
		o.base = o.newest[data] + 1
	case data != "": // a heartbeat costs nothing
		o.strays++
	}
}

func (o *owed) full() bool { return o.next-o.base > maxOwed || o.strays > maxStrays }

// ping takes over a Ping that the end in question received.
func (b *builder) ping(p Pattern) {
	if len(b.pings) == maxPings {
		b.pings = append(b.pings[:0], b.pings[1:]...)
	}
	b.pings = append(b.pings, p)
	b.shortened = b.shortened || !p.Whole()
	b.owed.ping(p.stand())
}

// resolve is the data of a Pong that the end in question sent: if it may be equal to
// that of a Ping, it is, and the newest is preferred that is still owed.
func (b *builder) resolve(f *Frame) string {
	data := f.Data.stand()
	if f.Data.Whole() && !b.shortened || b.owed.has(data) {
		return data
	}
	resolved := ""
	for i := len(b.pings) - 1; i >= 0; i-- {
		if p := b.pings[i]; p.MayEqual(f.Data) {
			if stand := p.stand(); b.owed.has(stand) {
				return stand
			} else if resolved == "" {
				resolved = stand
			}
		}
	}
	if resolved == "" {
		return data
	}
	return resolved
}
