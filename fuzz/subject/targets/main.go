// Command targets lists the fuzz targets of this module, one a line, or writes the
// seeds of one into a folder:
//
//	go run ./fuzz/subject/targets
//	go run ./fuzz/subject/targets tracker:coder seeds/
package main

import (
	"fmt"
	"os"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/fuzz/subject"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(args []string) error {
	switch len(args) {
	case 0:
		for _, t := range subject.FuzzTargets() {
			fmt.Println(t.Name)
		}
		return nil
	case 2:
		return writeSeeds(args[0], args[1])
	}
	return fmt.Errorf("usage: targets [NAME FOLDER]")
}

// writeSeeds writes each seed as libFuzzer keeps it.
func writeSeeds(name, folder string) error {
	t, err := subject.FindTarget(name)
	if err != nil {
		return err
	}
	seeds, err := t.Seeds()
	if err != nil {
		return err
	}
	codec, err := format.Find("libfuzzer")
	if err != nil {
		return err
	}
	_, err = format.WriteFolder(folder, codec, func(yield func(format.Input, error) bool) {
		for _, s := range seeds {
			if !yield(format.Input{Data: s}, nil) {
				return
			}
		}
	})
	return err
}
