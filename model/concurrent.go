package model

// Racer is a subject that many goroutines call at once: an application that pings,
// cancels and closes, and a peer whose Pongs come meanwhile.
//
// Do does what ev says. It returns when that is done, or under way in a goroutine of the
// subject's. Nothing else is called before Do has returned from an Open event, nor after
// Do was called with End. The subject reports what becomes visible to the [Witness] that
// it was made with.
type Racer interface {
	Do(ev *Event)
}

// Witness records what a [Racer] does. It can be called from any goroutine.
type Witness interface {
	// See records what has just become visible, and keeps nothing of out. Call it for a
	// frame while holding the lock that orders writes, so that frames are recorded in
	// wire order.
	See(out *Outcome)

	// Yield marks a place at which another goroutine may go on first, such as before and
	// after a write. It may return much later. Without a Rest in the [Implementation] it
	// must not be called with a lock held.
	Yield(where string)
}
