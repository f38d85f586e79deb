package sweep

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// all is the set of all values of an axis.
func all(axis int) uint32 { return 1<<sizes[axis] - 1 }

// Place says where the frames of the row come.
func (r *Row) Place() string {
	where := "everywhere"
	if set := r.sets[axisPlace]; set != all(axisPlace) {
		where = strings.Join(namesOf(set, func(i int) string { return Place(i).String() }), ", ")
	}
	if set := r.sets[axisRole]; set != all(axisRole) {
		where += "; only to a " + model.Role(bits.TrailingZeros32(set)).String()
	}
	return where
}

// Frame says which frames the row has. What it does not name may be anything; the mask is
// right.
func (r *Row) Frame() string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	add(opcodesText(r.sets[axisOpcode]))
	add([]string{1: "FIN=1", 2: "FIN=0", 3: ""}[r.sets[axisFin]])
	add(rsvText(r.sets[axisRSV]))
	add([]string{1: "", 2: "mask wrong", 3: "any mask"}[r.sets[axisMask]])
	add(lengthsText(r.sets[axisLength]))
	return strings.Join(parts, ", ")
}

// namesOf returns the names of the values in a set.
func namesOf(set uint32, name func(i int) string) (names []string) {
	for ; set != 0; set &= set - 1 {
		names = append(names, name(bits.TrailingZeros32(set)))
	}
	return names
}

// The sets of opcodes that have a name.
const (
	reservedData    = 0x00f8
	reservedControl = 0xf800
	allData         = 0x00ff
)

func opcodesText(set uint32) string {
	if set == all(axisOpcode) {
		return "any"
	}
	var names []string
	for _, s := range []struct {
		set  uint32
		name string
	}{{reservedData | reservedControl, "reserved"}, {reservedData, "op3-7"}, {reservedControl, "op11-15"}} {
		if set&s.set == s.set {
			names, set = append(names, s.name), set&^s.set
		}
	}
	known := namesOf(set, func(i int) string { return frame.Opcode(i).String() })
	return strings.Join(append(known, names...), " ")
}

func rsvText(set uint32) string {
	switch set {
	case all(axisRSV):
		return ""
	case all(axisRSV) &^ 1:
		return "RSV>0"
	}
	return "RSV=" + strings.Join(namesOf(set, func(i int) string { return fmt.Sprint(i) }), ",")
}

// lengthsText names lengths, whatever their form, or a form, whatever the length, or else
// the lengths of each form.
func lengthsText(set uint32) string {
	if set == all(axisLength) {
		return ""
	}
	if text, ok := valuesText(set); ok {
		return "length " + text
	}
	var parts []string
	for _, form := range []uint8{7, 16, 64} {
		var text string
		if of := ofForm(form); set&of == of {
			text = fmt.Sprintf("%d-bit length", form)
		} else if set&of != 0 {
			text = fmt.Sprintf("%d-bit length %s", form, rangesText(set, of))
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// ofForm is the set of the lengths of a form.
func ofForm(form uint8) (set uint32) {
	for i, l := range lengths {
		if l.Form == form {
			set |= 1 << i
		}
	}
	return set
}

// valuesText names the lengths of a set, if it has each in every form that there is.
func valuesText(set uint32) (string, bool) {
	var firsts uint32 // of each value its longest form, which has them all but 1
	for i, l := range lengths {
		longest := i
		for j, m := range lengths {
			if m.Bytes != l.Bytes {
				continue
			}
			if set>>i&1 != set>>j&1 {
				return "", false
			}
			longest = j
		}
		firsts |= 1 << longest
	}
	return rangesText(set, firsts), true
}

// rangesText names the lengths of a set within another, in ascending order.
func rangesText(set, within uint32) string {
	var order []int
	for i := range lengths {
		if within>>i&1 != 0 {
			at := len(order)
			for at > 0 && lengths[order[at-1]].Bytes > lengths[i].Bytes {
				at--
			}
			order = append(order[:at], append([]int{i}, order[at:]...)...)
		}
	}
	var parts []string
	for i := 0; i < len(order); i++ {
		if set>>order[i]&1 == 0 {
			continue
		}
		j := i
		for j+1 < len(order) && set>>order[j+1]&1 != 0 {
			j++
		}
		text := lengths[order[i]].String()
		if j > i {
			text += ".." + lengths[order[j]].String()
		}
		parts = append(parts, text)
		i = j
	}
	return strings.Join(parts, ",")
}
