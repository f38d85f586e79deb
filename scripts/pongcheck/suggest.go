package main

import (
	"fmt"
	"path"
)

// didYouMean returns the end of an error about an unknown word: a guess at the
// candidate that was meant, or nothing if none is close.
func didYouMean(word string, candidates []string) string {
	if guess := findNearest(word, candidates); guess != "" {
		return fmt.Sprintf(": did you mean %q?", guess)
	}
	return ""
}

// findNearest returns the candidate that word is most likely a mistyping of: that with the
// fewest mistakes, one in three letters at most. A candidate such as a/b also counts
// as b.
func findNearest(word string, candidates []string) (guess string) {
	fewest := max(1, len(word)/3) + 1
	for _, c := range candidates {
		if n := min(countMistakes(word, c), countMistakes(word, path.Base(c))); n < fewest {
			guess, fewest = c, n
		}
	}
	return guess
}

// countMistakes counts the letters to insert, delete, replace or swap with the next one to
// turn a into b.
func countMistakes(a, b string) int {
	before, last, now := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		now[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, make([]int, len(b)+1)
	}
	return last[len(b)]
}
