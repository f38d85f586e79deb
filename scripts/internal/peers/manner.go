package peers

// Manner is which Pings a peer answers when: it appends its Pongs to those given,
// made by echo, now that pings have arrived together and before did in the
// round before.
type Manner func(pongs []Pong, echo func(string) string, pings, before []Ping) []Pong

func each(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for _, p := range pings {
		pongs = append(pongs, Pong{p.N, echo(p.Data)})
	}
	return pongs
}

func newest(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	return each(pongs, echo, pings[max(0, len(pings)-1):], nil)
}

func twice(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for _, p := range pings {
		pong := Pong{p.N, echo(p.Data)}
		pongs = append(pongs, pong, pong)
	}
	return pongs
}

func backwards(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for i := len(pings) - 1; i >= 0; i-- {
		pongs = append(pongs, Pong{pings[i].N, echo(pings[i].Data)})
	}
	return pongs
}

func late(pongs []Pong, echo func(string) string, _, before []Ping) []Pong {
	return each(pongs, echo, before, nil)
}

func beating(pongs []Pong, echo func(string) string, pings, _ []Ping) []Pong {
	for _, p := range pings {
		pongs = append(pongs, Pong{}, Pong{p.N, echo(p.Data)})
	}
	return pongs
}

func never(pongs []Pong, _ func(string) string, _, _ []Ping) []Pong { return pongs }
