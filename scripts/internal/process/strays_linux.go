package process

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// markName is a setting in the environment of each child, and so of all that it starts. It finds
// daemons again, which left the child's group by setsid.
const markName = "PONGCHECK_CHILD"

// killMarked kills the processes that have a mark in their environment, until there are none.
func killMarked(mark string) {
	setting := []byte(markName + "=" + mark + "\x00")
	for range 100 { // a process may start others while it is being killed
		found := false
		for _, p := range listProcesses() {
			env, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/environ")
			if err == nil && bytes.Contains(env, setting) && p.pid != os.Getpid() {
				found = syscall.Kill(p.pid, syscall.SIGKILL) == nil || found
				reap(p)
			}
		}
		if !found {
			return
		}
	}
}

// AdoptOrphans makes this process the parent of what its children leave behind. The function that
// it returns kills what is left, which may have cleared its environment, and returns how many
// processes that were. Only daemons are killed: those of a session of their own.
func AdoptOrphans() (end func() int) {
	const setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER of prctl(2)
	_, _, failed := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
	return func() (killed int) {
		if failed != 0 {
			return 0
		}
		own := 0
		for _, p := range listProcesses() {
			if p.pid == os.Getpid() {
				own = p.session
			}
		}
		for range 100 {
			found := false
			for _, p := range listProcesses() {
				if p.parent == os.Getpid() && p.session != own {
					if syscall.Kill(p.pid, syscall.SIGKILL) == nil {
						found = true
						killed++
					}
					reap(p)
				}
			}
			if !found {
				return killed
			}
		}
		return killed
	}
}

// reap removes a process that was killed from the system's table if it became a child of this one.
func reap(p processInfo) {
	if p.parent == os.Getpid() {
		_, _ = syscall.Wait4(p.pid, nil, 0, nil) // nobody else waits for an orphan
	}
}

// processInfo is a process that has not ended.
type processInfo struct{ pid, parent, session int }

func listProcesses() (all []processInfo) {
	files, _ := os.ReadDir("/proc") // without it there is nothing to find
	for _, f := range files {
		pid, err := strconv.Atoi(f.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + f.Name() + "/stat")
		// The name, in parentheses, may have anything in it. Then: state, parent, group, session.
		words := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if err != nil || len(words) < 4 || words[0] == "Z" {
			continue
		}
		parent, _ := strconv.Atoi(words[1])
		session, _ := strconv.Atoi(words[3])
		all = append(all, processInfo{pid, parent, session})
	}
	return all
}
