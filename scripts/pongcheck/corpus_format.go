package main

import (
	"flag"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// codecFlag is the format of files of inputs. Its codec has no name until one is given.
type codecFlag struct{ codec format.Codec }

func (c *codecFlag) String() string { return c.codec.Name }

// Set implements [flag.Value].
func (c *codecFlag) Set(name string) error {
	found, err := format.Find(name)
	c.codec = found
	return err
}

// formatFlag adds the flag -format; otherwise is its default in words.
func formatFlag(f *flag.FlagSet, name, otherwise string) *codecFlag {
	c := &codecFlag{}
	if name != "" {
		c.codec, _ = format.Find(name) // it is there
	}
	var names []string
	for _, c := range format.Codecs() {
		names = append(names, c.Name)
	}
	f.Var(c, "format", "the `format` of the files: "+strings.Join(names, ", ")+" (default "+otherwise+")")
	return c
}

// detect reads each file in the format that its first line shows.
var detect = format.Codec{
	Name:   "the format of its first line",
	Decode: func(file []byte) (format.Input, error) { return format.Detect(file).Decode(file) },
	Reads:  func(base string) bool { return !strings.HasPrefix(base, ".") },
}

// orDetect returns the codec that was asked for, or else detect.
func (c *codecFlag) orDetect() format.Codec {
	if c.codec.Name == "" {
		return detect
	}
	return c.codec
}
