// Command targets lists the fuzz targets of this module, one a line, or writes the
// seeds of one into a folder:
//
//	go run ./fuzz/subject/targets
//	go run ./fuzz/subject/targets tracker:coder seeds/
package main

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"

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

// writeSeeds names each seed as libFuzzer would.
func writeSeeds(name, folder string) error {
	t, err := subject.FindTarget(name)
	if err != nil {
		return err
	}
	seeds, err := t.Seeds()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, s := range seeds {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%x", sha1.Sum(s))), s, 0o666); err != nil {
			return err
		}
	}
	return nil
}
