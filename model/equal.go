package model

// oweEither makes due that a Pong acknowledges one of several pings with equal payloads.
func (t *tracker) oweEither(e *env, match, live, gone uint64) {
	places, d := e.profile.Policy.Either(match, live, gone, t.newestPlace()), dueAck
	if places == 0 && e.profile.Policy == OpenPolicy {
		places, d = Exact.Either(match, live, gone, t.newestPlace()), dueExact
	}
	for j, i := range t.table {
		if places>>j&1 != 0 {
			t.owe(&t.pings[i], d|dueOne)
		}
	}
}

// payEither takes from what the pings with that payload owe: one of them ended.
func (t *tracker) payEither(data string) {
	for _, i := range t.table {
		if p := &t.pings[i]; p.due&dueOne != 0 && p.data == data {
			t.pay(p, dueAck|dueExact|dueOne)
		}
	}
}
