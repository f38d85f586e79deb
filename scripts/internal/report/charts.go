package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/props/result"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// buckets are the upper bounds of the buckets of mutants, in traces up to the first that
// failed. They are powers of ten, as in the figures of Etna (Shi et al., ICFP 2023). Etna
// counts seconds, on which no two machines agree.
var buckets = []int{10, 100, 1_000, 10_000}

// bucketNames returns the names of the columns. The last one has the survivors.
func bucketNames() (names []string) {
	for _, b := range buckets {
		names = append(names, "≤ "+number(b))
	}
	return append(names, "> "+number(buckets[len(buckets)-1]), never)
}

// bucketOf returns the column of a mutant.
func bucketOf(m *result.Mutant) int {
	if m.Found == never {
		return len(buckets) + 1
	}
	i, _ := slices.BinarySearch(buckets, m.Executions)
	return i
}

// The layout of the bars.
const (
	barWidth = 500
	barLabel = 112
	barRow   = 24
)

// bar is the bar of a family of mutants.
type bar struct {
	Family string
	N      []int // by bucket
	All    int
	Y      int
	Pieces []piece
}

// piece is the part of a bar for one bucket.
type piece struct{ Bucket, N, X, Width int }

// BucketNames returns the names of the columns.
func (r *Run) BucketNames() []string { return bucketNames() }

// Bars returns a bar for each family of mutants.
func (r *Run) Bars() (bars []bar) {
	places := map[string]int{}
	for i := range r.Mutants {
		m := &r.Mutants[i]
		family, _, _ := strings.Cut(m.Name, "/")
		if _, is := places[family]; !is {
			places[family] = len(bars)
			bars = append(bars, bar{Family: family, N: make([]int, len(buckets)+2)})
		}
		b := &bars[places[family]]
		b.N[bucketOf(m)]++
		b.All++
	}
	for i := range bars {
		bars[i].Y = barRow * i
		bars[i].cutPieces()
	}
	return bars
}

// cutPieces gives each bucket its share of the bar's width.
func (b *bar) cutPieces() {
	before := 0
	x := func(n int) int { return barLabel + (barWidth-barLabel)*n/b.All }
	for i, n := range b.N {
		if n > 0 {
			b.Pieces = append(b.Pieces, piece{i, n, x(before), x(before+n) - x(before)})
		}
		before += n
	}
}

// BarsHeight returns the height of all bars.
func (r *Run) BarsHeight() int { return barRow * len(r.Bars()) }

// Survivors returns the mutants that were not found.
func (r *Run) Survivors() (all []result.Mutant) {
	for _, m := range r.Mutants {
		if m.Found == never {
			all = append(all, m)
		}
	}
	return all
}

// The layout of a chart.
const (
	chartWidth  = 300
	chartHeight = 96
	chartLeft   = 8
	chartRight  = 292
	chartTop    = 20
	chartBottom = 84
)

// chart draws a number over the nights.
type chart struct {
	Name        string
	First, Last string
	From, To    string // the nights
	Top         string // of the axis, which begins at 0
	Points      string // of a polyline
	Spots       []spot
}

// spot is the point of a night in a chart.
type spot struct {
	X, Y int
	Says string
}

// Charts returns the charts of the corpus, and of what each night added and ran.
func (r *Run) Charts() []chart {
	nights := r.RecentNights()
	if len(nights) == 0 {
		return nil
	}
	return []chart{
		newChart("Corpus entries", nights, func(n *result.Night) int64 { return n.Entries }),
		newChart("New features a night", nights, func(n *result.Night) int64 { return n.Features }),
		newChart("Executions a night", nights, func(n *result.Night) int64 { return n.Executions }),
	}
}

func newChart(name string, nights []result.Night, of func(*result.Night) int64) chart {
	first, last := &nights[0], &nights[len(nights)-1]
	c := chart{Name: name, First: number(of(first)), Last: number(of(last)), From: dateOf(first.Time), To: dateOf(last.Time)}
	top := int64(1)
	for i := range nights {
		top = max(top, of(&nights[i]))
	}
	c.Top = number(top)
	var points []string
	for i := range nights {
		n := of(&nights[i])
		x := chartRight
		if len(nights) > 1 {
			x = chartLeft + (chartRight-chartLeft)*i/(len(nights)-1)
		}
		y := chartBottom - int(float64(chartBottom-chartTop)*float64(max(n, 0))/float64(top))
		c.Spots = append(c.Spots, spot{x, y, fmt.Sprintf("%s: %s", dateOf(nights[i].Time), number(n))})
		points = append(points, fmt.Sprintf("%d,%d", x, y))
	}
	c.Points = strings.Join(points, " ")
	return c
}

// dateOf returns the date of a time.
func dateOf(time string) string {
	date, _, _ := strings.Cut(time, "T")
	return elide(oneLine(date), 20)
}
