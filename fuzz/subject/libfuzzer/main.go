//go:build libfuzzer

// Command libfuzzer is a fuzz target of this project behind libFuzzer's entry point.
// scripts/libfuzzer.sh builds it, for one target each:
//
//	CC=clang go build -tags libfuzzer -buildmode=c-archive \
//		-gcflags=github.com/pongcheck/pongcheck/...=-d=libfuzzer -ldflags='-X main.name=tracker:coder' -o t.a ./fuzz/subject/libfuzzer
//	clang -fsanitize=fuzzer t.a -o t
//
// A failure is printed, shrunk, and then ends the process with a panic, which libFuzzer
// takes for a crash: it keeps the input, and -fork=N -ignore_crashes=1 goes on.
package main

// #include <stdint.h>
// #include <stddef.h>
import "C"

import (
	"fmt"
	"os"
	"unsafe"

	"github.com/pongcheck/pongcheck/fuzz/subject"
)

// name of the target, set by the linker. PONGCHECK_TARGET in the environment is
// another one, so that one binary can be tried on many mutants.
var name string

var run func(in []byte) error

func main() {}

// LLVMFuzzerInitialize finds the target.
//
//export LLVMFuzzerInitialize
func LLVMFuzzerInitialize(*C.int, ***C.char) C.int {
	if other := os.Getenv("PONGCHECK_TARGET"); other != "" {
		name = other
	}
	t, err := subject.FindTarget(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	run = t.New()
	return 0
}

// LLVMFuzzerTestOneInput runs one input. It returns only if nothing was found.
//
//export LLVMFuzzerTestOneInput
func LLVMFuzzerTestOneInput(data *C.uint8_t, size C.size_t) C.int {
	if err := run(unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		panic("pongcheck: " + name + " failed")
	}
	return 0
}
