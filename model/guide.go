package model

import (
	"embed"
	"io/fs"
)

//go:embed doc.go testdata/rules/*.txt
var guide embed.FS

// Guide returns the files of this package that people look things up in, as they are
// in the source: doc.go has the words and the text form, testdata/rules/ID.txt has
// transcripts that break the rule ID and legal ones that look alike. The command prints
// them as its help, so the two cannot drift apart.
func Guide() fs.FS { return guide }
