package peers

// numerals are the numbers from first to last, written with that many digits of an
// alphabet, the most significant first: the payloads of a strategy as a set that
// can be counted without being listed.
type numerals struct {
	alphabet    string
	width       int
	first, last uint64
}

// size returns how many numerals there are.
func (n *numerals) size() uint64 { return n.last - n.first + 1 }

// writeNumber writes the number v.
func (n *numerals) writeNumber(v uint64) string {
	var digits [20]byte
	base := uint64(len(n.alphabet))
	for i := n.width; i > 0; i-- {
		digits[i-1] = n.alphabet[v%base]
		v /= base
	}
	return string(digits[:n.width])
}

// countAccepted counts the numerals that a accepts.
func (n *numerals) countAccepted(a *automaton) uint64 {
	rest := n.countRests(a)
	count := n.countUpTo(n.last, a, rest)
	if n.first > 0 {
		count -= n.countUpTo(n.first-1, a, rest)
	}
	return count
}

// countRests counts the words over the alphabet that a accepts from a state on, by their
// length and that state. All are shorter than the numerals.
func (n *numerals) countRests(a *automaton) [][]uint64 {
	rests := make([][]uint64, n.width)
	for length := range rests {
		rests[length] = make([]uint64, a.states)
		for state := range a.states {
			if length == 0 && a.accepts(state) {
				rests[0][state] = 1
			}
			for i := 0; i < len(n.alphabet) && length > 0; i++ {
				if to := a.next(state, n.alphabet[i]); to >= 0 {
					rests[length][state] += rests[length-1][to]
				}
			}
		}
	}
	return rests
}

// countUpTo counts the accepted numbers from 0 to v: those that agree with v so far and
// then have a smaller digit, for each place of v, and v itself.
func (n *numerals) countUpTo(v uint64, a *automaton, rests [][]uint64) (count uint64) {
	state, word := 0, n.writeNumber(v)
	for i := range n.width {
		for d := 0; n.alphabet[d] != word[i]; d++ {
			if to := a.next(state, n.alphabet[d]); to >= 0 {
				count += rests[n.width-1-i][to]
			}
		}
		if state = a.next(state, word[i]); state < 0 {
			return count
		}
	}
	if a.accepts(state) {
		count++
	}
	return count
}
