package subject

import _ "embed"

//go:embed known.txt
var known string

// Known is the list of findings on real releases that are known, as text: its
// own comment has the format.
func Known() string { return known }
