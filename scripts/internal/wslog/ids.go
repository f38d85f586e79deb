package wslog

import (
	"maps"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// idChooser finds the columns that tell connections apart. A column does if it varies among
// the frames of one direction, and if Pongs stand where their Pings do. The thread that
// sends and the one that receives are no ids: the Pongs stand elsewhere.
type idChooser struct {
	table  *columnTable
	events []event
}

// chooseLabels returns the labels of the columns that are ids, in order.
func (c *idChooser) chooseLabels() []string {
	if len(c.table.sets) >= maxColumns {
		return nil
	}
	first, count, varies := map[string]string{}, map[string]int{}, map[string]bool{}
	for _, set := range c.table.sets {
		for _, column := range set {
			if count[column.label]++; count[column.label] == 1 {
				first[column.label] = column.value
			} else if column.value != first[column.label] {
				varies[column.label] = true
			}
		}
	}
	var labels []string
	for _, label := range slices.Sorted(maps.Keys(count)) {
		if len(count) <= maxLabels && (varies[label] || count[label] < len(c.table.sets)) && c.isID(label) {
			labels = append(labels, label)
		}
	}
	return labels
}

// maxLabels bounds the work: no format has more columns.
const maxLabels = 64

// pongKey is what a Pong has in common with its Ping, and the value of a column.
type pongKey struct {
	out   bool // of the Ping
	data  Pattern
	value string
}

// isID reports whether a column tells connections apart.
func (c *idChooser) isID(label string) bool {
	values := map[string]bool{}
	varies, frames, together, apart := [2]map[string]bool{{}, {}}, 0, 0, 0
	open := map[pongKey]int{} // Pings without an answer; without a value, all of them
	for i := range c.events {
		e := &c.events[i]
		if e.kind != frameLine && e.kind != tornLine && e.kind != timeoutLine {
			continue
		}
		v := c.table.value(e.columns, label)
		frames++
		values[v] = true
		if e.kind != timeoutLine {
			direction := 0
			if e.out {
				direction = 1
			}
			varies[direction][v] = true
		}
		switch {
		case e.kind != frameLine || e.frame.Data.Len == 0 || !e.frame.Data.Whole():
		case e.frame.Opcode == frame.Ping:
			if len(open) < maxOpenPings {
				open[pongKey{e.out, e.frame.Data, v}]++
				open[pongKey{e.out, e.frame.Data, anyValue}]++
			}
		case e.frame.Opcode == frame.Pong:
			key, all := pongKey{!e.out, e.frame.Data, v}, pongKey{!e.out, e.frame.Data, anyValue}
			if open[key] > 0 {
				open[key]--
				open[all]--
				together++
			} else if open[all] > 0 {
				apart++
			}
		}
	}
	if len(varies[0]) < 2 && len(varies[1]) < 2 {
		return false
	}
	isUnique := strings.HasPrefix(label, "uuid") || strings.HasPrefix(label, "object")
	return (isUnique || len(values) <= max(2, frames/2)) && apart*4 <= together
}

// anyValue stands for every value: no prefix has it.
const anyValue = "\n"

// maxOpenPings bounds what is remembered of Pings without an answer.
const maxOpenPings = 1 << 16

// idOf returns the id in a set of columns. Without a column that varies it is the last UUID.
func (c *idChooser) idOf(set int32, labels []string) string {
	var parts []string
	for _, label := range labels {
		v := c.table.value(set, label)
		if v != "" && !slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, v) }) {
			parts = append(parts, v)
		}
	}
	if len(labels) > 0 || set < 0 {
		return strings.Join(parts, " ")
	}
	columns := c.table.sets[set]
	for i := len(columns) - 1; i >= 0; i-- {
		if strings.HasPrefix(columns[i].label, "uuid") || strings.HasPrefix(columns[i].label, "object") {
			return columns[i].value
		}
	}
	return ""
}
