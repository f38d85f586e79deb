package model

// Racer is a subject that many goroutines call at once: an application that pings,
// cancels and closes, and a peer whose Pongs come meanwhile.
//
// Do does what ev says and returns when that is done, or under way in a goroutine
// of the subject's. Nothing else is called before Do has returned from an Open
// event, nor once it is called with End. What becomes visible is told to the
// [Witness] that the subject was made with.
type Racer interface {
	Do(ev *Event)
}

// Witness is whom a [Racer] tells what it does. It can be called from any goroutine.
type Witness interface {
	// See takes what has just become visible, and keeps nothing of out. Frames are
	// told while whatever gives them their place on the wire is held, so that
	// they are told in that order.
	See(out *Outcome)

	// Yield marks a place at which another goroutine may go on first: before a
	// write, say, and after it. It may return much later. Without a Rest in the
	// [Implementation] it must not be called with a lock held.
	Yield(where string)
}
