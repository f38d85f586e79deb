package peers

// Manner says which Pings a peer answers, and when. It appends its Pongs, whose payloads
// echo makes, after pings have arrived together; before arrived in the round before.
type Manner func(pongs []Pong, echo func(string) string, pings, before []Ping) []Pong

func answerEach(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for _, p := range pings {
		pongs = append(pongs, Pong{p.N, echo(p.Data)})
	}
	return pongs
}

func answerNewest(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	return answerEach(pongs, echo, pings[max(0, len(pings)-1):], nil)
}

func answerTwice(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for _, p := range pings {
		pong := Pong{p.N, echo(p.Data)}
		pongs = append(pongs, pong, pong)
	}
	return pongs
}

func answerBackwards(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for i := len(pings) - 1; i >= 0; i-- {
		pongs = append(pongs, Pong{pings[i].N, echo(pings[i].Data)})
	}
	return pongs
}

func answerLate(pongs []Pong, echo func(string) string, _, before []Ping) []Pong {
	return answerEach(pongs, echo, before, nil)
}

func answerBeating(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for _, p := range pings {
		pongs = append(pongs, Pong{}, Pong{p.N, echo(p.Data)})
	}
	return pongs
}

func answerNever(pongs []Pong, _ func(string) string, _, _ []Ping) []Pong { return pongs }
