package process

import "fmt"

// limitMemory is a command that runs args with its address space limited.
func limitMemory(args []string) []string {
	return append([]string{"/bin/sh", "-c", fmt.Sprintf(`ulimit -v %d && exec "$@"`, maxMemory>>10), "sh"}, args...)
}
