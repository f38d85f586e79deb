//go:build !linux

package process

// limitMemory does nothing here: memory is limited on Linux only.
func limitMemory(args []string) []string { return args }
