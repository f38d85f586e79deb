package main

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// chartedScores returns the scores whose CPU times can be compared.
func (s *summary) chartedScores() []*score {
	var all []*score
	for _, c := range s.scores {
		if c.tried > 0 && !c.cpuUnknown {
			all = append(all, c)
		}
	}
	return all
}

// bucketSizes returns how many mutants fall into each bucket and no smaller one. The last number
// counts those that some trial missed.
func (c *score) bucketSizes() []int {
	var steps []int
	before := 0
	for _, n := range c.foundWithin {
		steps = append(steps, n-before)
		before = n
	}
	return append(steps, c.tried-before)
}

// letterChart draws Etna's chart in letters: one letter a mutant, by the time within which all
// trials found it.
func (s *summary) letterChart() string {
	const letters = "abcdef."
	var b strings.Builder
	b.WriteString("mutants by the CPU time within which every trial found them")
	for i, d := range bucketLimits {
		fmt.Fprintf(&b, ", %c: %s", letters[i], formatLimit(d))
	}
	b.WriteString(", .: not all did\n\n")
	for _, c := range s.chartedScores() {
		fmt.Fprintf(&b, "%-42s", c.title)
		for i, n := range c.bucketSizes() {
			b.WriteString(strings.Repeat(letters[i:i+1], n))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	for _, c := range s.chartedScores() {
		fmt.Fprintf(&b, "%-42s", c.title)
		for i, n := range c.foundWithin {
			fmt.Fprintf(&b, "%8s: %3.0f %%", formatLimit(bucketLimits[i]), 100*float64(n)/float64(c.tried))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func formatLimit(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%v ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%v s", d.Seconds())
}

// shades are the colours of the buckets: dark is quick, white is not found.
var shades = []string{"#08306b", "#2171b5", "#6baed6", "#bdd7e7", "#fdd0a2", "#fd8d3c", "#ffffff"}

// svgChart draws the same chart as a picture.
func (s *summary) svgChart() string {
	const left, width, row, bar = 250, 560, 26, 18
	scores := s.chartedScores()
	height := row*len(scores) + 60
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">`+"\n", left+width+20, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	for i, c := range scores {
		x, y := float64(left), 10+i*row
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", left-8, y+bar-4, html.EscapeString(c.title))
		for j, n := range c.bucketSizes() {
			w := float64(width) * float64(n) / float64(c.tried)
			fmt.Fprintf(&b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s" stroke="#444" stroke-width="0.5"><title>%d</title></rect>`+"\n",
				x, y, w, bar, shades[j], n)
			x += w
		}
	}
	y := height - 20
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">found by every trial within</text>`+"\n", left-8, y)
	for i := range shades {
		text := "not by all"
		if i < len(bucketLimits) {
			text = formatLimit(bucketLimits[i])
		}
		x := left + i*width/len(shades)
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="12" height="12" fill="%s" stroke="#444" stroke-width="0.5"/><text x="%d" y="%d">%s</text>`+"\n",
			x, y-11, shades[i], x+16, y, text)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
