package model

// Shape tells ways apart in which one rule is broken: by the op, and by what sorts of things it
// showed. Two findings of one class with different shapes may be different bugs, and mostly are
// not. It is 0 if it is not known.
func (f *Finding) Shape() uint32 { return f.shape }

// shapeOf is the shape of what an event showed. What comes several times in a row counts once.
func shapeOf(ev *Event, seen *Outcome) uint32 {
	const prime, basis = 16777619, 2166136261 // FNV-1a
	h, last := uint32(basis), ^uint32(0)
	add := func(word uint32) {
		if word != last {
			h = (h ^ word) * prime
		}
		last = word
	}
	add(uint32(ev.Kind))
	for i := range seen.Frames {
		f := &seen.Frames[i]
		add(1<<16 | uint32(f.Opcode)<<8 | uint32(f.RSV))
	}
	for i := range seen.Resolutions {
		r := &seen.Resolutions[i]
		add(2<<16 | uint32(r.How)<<8 | uint32(r.Err))
	}
	if len(seen.Messages) > 0 {
		add(3 << 16)
	}
	if seen.Err != NoError {
		add(4<<16 | uint32(seen.Err))
	}
	if seen.WroteEOF || seen.Closed {
		add(5 << 16)
	}
	return h
}
