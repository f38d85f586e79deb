package wslog

// Limits of what is remembered of Pings. Beyond them answers are undecided. No keepalive
// comes near them.
const (
	maxOwed   = 1024 // Pings without an answer
	maxStrays = 4096 // Pongs that answer none
	maxPings  = 64   // Pings that a shortened Pong may answer
)

// outstanding counts the Pings that are owed a Pong, as package model does: a Pong strikes
// the newest Ping with its data and every older one (RFC 6455 section 5.5.3). It only
// bounds the work.
type outstanding struct {
	newest map[string]int // number of the newest Ping with that data
	next   int            // number of the next Ping
	base   int            // Pings with smaller numbers are struck
	strays int            // Pongs with data that answered none
}

func newOwed() outstanding { return outstanding{newest: map[string]int{}} }

// hasOpen reports whether a Ping with that data is owed a Pong.
func (o *outstanding) hasOpen(data string) bool {
	n, ok := o.newest[data]
	return ok && n >= o.base
}

func (o *outstanding) addPing(data string) {
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

func (o *outstanding) strikePong(data string) {
	switch {
	case o.hasOpen(data):
		o.base = o.newest[data] + 1
	case data != "": // a heartbeat costs nothing
		o.strays++
	}
}

func (o *outstanding) isFull() bool { return o.next-o.base > maxOwed || o.strays > maxStrays }

// notePing remembers a Ping that the end received.
func (b *builder) notePing(p Pattern) {
	if len(b.pings) == maxPings {
		b.pings = append(b.pings[:0], b.pings[1:]...)
	}
	b.pings = append(b.pings, p)
	b.shortened = b.shortened || !p.Whole()
	b.owed.addPing(p.standIn())
}

// resolvePong returns the data of a Pong that the end sent. If it may be equal to that of
// a Ping it counts as equal, first of all to the newest Ping that is still owed.
func (b *builder) resolvePong(f *Frame) string {
	data := f.Data.standIn()
	if f.Data.Whole() && !b.shortened || b.owed.hasOpen(data) {
		return data
	}
	resolved := ""
	for i := len(b.pings) - 1; i >= 0; i-- {
		if p := b.pings[i]; p.MayEqual(f.Data) {
			if stand := p.standIn(); b.owed.hasOpen(stand) {
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
