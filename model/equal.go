package model

// oweEither makes due that a Pong acknowledges one of several pings with equal payloads.
func (s *State) oweEither(match, live, gone uint64) {
	places, d := s.profile.Policy.Either(match, live, gone, s.newestPlace()), dueAck
	if places == 0 && s.profile.Policy == OpenPolicy {
		places, d = Exact.Either(match, live, gone, s.newestPlace()), dueExact
	}
	for j, i := range s.table {
		if places>>j&1 != 0 {
			s.owe(&s.pings[i], d|dueOne)
		}
	}
}

// payEither takes from what the pings with that payload owe: one of them ended.
func (s *State) payEither(data string) {
	for _, i := range s.table {
		if p := &s.pings[i]; p.due&dueOne != 0 && p.data == data {
			s.pay(p, dueAck|dueExact|dueOne)
		}
	}
}
