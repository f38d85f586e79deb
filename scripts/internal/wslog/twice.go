package wslog

// dropDoubles drops each second event of a log in which every message stands twice, one
// after the other: it has two handlers.
func dropDoubles(events []event) []event {
	if len(events) < 4 || len(events)%2 != 0 {
		return events
	}
	for i := 0; i < len(events); i += 2 {
		if !sameMessage(&events[i], &events[i+1]) {
			return events
		}
	}
	once := make([]event, 0, len(events)/2)
	for i := 0; i < len(events); i += 2 {
		once = append(once, events[i])
	}
	return once
}

// sameMessage reports whether two events are of one message.
func sameMessage(a, b *event) bool {
	if a.kind != b.kind || a.out != b.out || a.state != b.state || a.keeps != b.keeps || a.kind == crashLine && a.crash.Class != b.crash.Class {
		return false
	}
	f, g := &a.frame, &b.frame
	return f.Opcode == g.Opcode && f.NoFin == g.NoFin && f.Data == g.Data
}
