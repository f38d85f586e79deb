package wslog

import "strings"

// event is what a line says of a connection. Which connection that is, is decided when
// the whole log was read.
type event struct {
	kind    lineKind
	out     bool
	role    string
	from    string // the library, unless it is python-websockets
	state   string
	keeps   keepaliveStep
	columns int32 // number in the columnTable
	crash   *Crash
	told    *told  // of a sentence about a keepalive
	text    string // that sentence
	frame   Frame  // with line and stamp, whatever the kind
}

// columnTable numbers the sets of columns that prefixes have.
type columnTable struct {
	sets    [][]column
	numbers map[string]int32
}

// maxColumns bounds the sets. In a log with more no column is an id.
const maxColumns = 1 << 17

// maxPrefix bounds how much of a prefix is looked at, in bytes from its end.
const maxPrefix = 400

// number returns the number of the columns of a prefix. The source, which tools in between
// name, is a column, too.
func (t *columnTable) number(source, prefix string) int32 {
	all := columnsOf(prefix[max(0, len(prefix)-maxPrefix):])
	if source != "" {
		all = append([]column{{sourceLabel, source}}, all...)
	}
	var b strings.Builder
	for _, c := range all {
		b.WriteString(c.label + "=" + c.value + "\n")
	}
	key := b.String()
	if n, ok := t.numbers[key]; ok {
		return n
	}
	if len(t.sets) >= maxColumns {
		return -1
	}
	if t.numbers == nil {
		t.numbers = map[string]int32{}
	}
	for i := range all {
		all[i] = column{strings.Clone(all[i].label), strings.Clone(all[i].value)}
	}
	n := int32(len(t.sets))
	t.sets = append(t.sets, all)
	t.numbers[key] = n
	return n
}

// sourceLabel is the label of the column that has the source.
const sourceLabel = "source"

// value returns the value of a column, or nothing.
func (t *columnTable) value(set int32, label string) string {
	if set < 0 {
		return ""
	}
	for _, c := range t.sets[set] {
		if c.label == label {
			return c.value
		}
	}
	return ""
}
