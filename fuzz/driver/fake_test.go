package driver

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The test binary is the driver, too: with PONGCHECK_FAKE set it greets in the
// way named there and then does to its stdin what fake does.
func TestMain(m *testing.M) {
	if how, ok := os.LookupEnv("PONGCHECK_FAKE"); ok {
		fakeProcess(how)
	}
	os.Exit(m.Run())
}

const goodGreeting = protocol + `
subject fake/honest 1.2 # a comment
runtime Go test
weather sunny
can clock=virtual payload=any,chosen role=server,client keepalive=interval/timeout cut ops=ping,cancel,pong,close,advance,settle fly
sees frames waiters latency errors messages closed crash told auras
ready
`

// greetings are the ways to greet; the empty one is the good one.
var greetings = map[string]string{
	"":          goodGreeting,
	"no-driver": "hello world\n",
	"version":   strings.Replace(goodGreeting, "driver 1", "driver 2", 1),
	"no-sees":   protocol + "\nsubject a 1\ncan role=client\nready\n",
	"subject":   protocol + "\nsubject nameless\n",
	"endless":   strings.Repeat("x", 2<<20),
	"chatty":    protocol + strings.Repeat("\nmore", maxGreeting),
	"short":     protocol + "\nsubject a 1\n",
	"slow":      protocol + "\nsubject a 1\n",
	"real":      protocol + "\nsubject a 1\ncan clock=real\nsees frames\nready\n",
	"hollow":    goodGreeting,
	"client":    protocol + "\nsubject a 1\ncan role=client clock=virtual payload=chosen deflate keepalive=half own-pings join\nsees conn-latency\nready\n",
}

func fakeProcess(how string) {
	greeting, ok := greetings[how]
	if how == "moody" {
		greeting, ok = strings.Replace(goodGreeting, "1.2", fmt.Sprint(os.Getpid()), 1), true
	}
	if !ok {
		panic(how)
	}
	fmt.Print(greeting)
	switch how {
	case "short":
		fmt.Fprintln(os.Stderr, "Traceback: no module named ws")
		os.Exit(7)
	case "slow":
		forever()
	case "hollow":
		bufio.NewReader(os.Stdin).ReadString('\n')
		os.Exit(5)
	}
	fake(os.Stdin, os.Stdout)
	os.Exit(0)
}

// forever blocks; a bare select would be a deadlock to the runtime.
func forever() {
	for {
		time.Sleep(time.Hour)
	}
}

// fake answers traces in batches. What it does to an op is what the payload of
// a ping says, in words.
func fake(in io.Reader, out io.Writer) {
	f := &faker{in: bufio.NewReaderSize(in, 64<<10), out: bufio.NewWriterSize(out, 64<<10)}
	for {
		if f.in.Buffered() == 0 {
			f.out.Flush()
		}
		line, err := f.in.ReadString('\n')
		if err != nil {
			return
		}
		f.line(strings.TrimSuffix(line, "\n"))
	}
}

type faker struct {
	in    *bufio.Reader
	out   *bufio.Writer
	id    string
	count int    // traces
	last  string // what is to be done at the end of the trace
}

func (f *faker) line(line string) {
	if id, ok := strings.CutPrefix(line, "trace "); ok {
		f.id, _, _ = strings.Cut(id, " ")
		f.count++
		fmt.Fprintln(f.out, "trace", f.id)
		return
	}
	if arg, ok := strings.CutPrefix(line, "ping "); ok {
		if what, err := hex.DecodeString(arg); err == nil && f.act(string(what)) {
			return
		}
	}
	if line == "end" && f.last != "" {
		f.act(f.last)
	}
	fmt.Fprintln(f.out, line)
	switch {
	case line == "end":
		fmt.Fprint(f.out, "  closed\ndone ", f.id, "\n")
	case strings.HasPrefix(line, "pong $"):
		fmt.Fprint(f.out, "  < 61\n  1 acked 20ms\n")
	case strings.HasPrefix(line, "ping "):
		fmt.Fprint(f.out, "  > ping 61\n")
	}
}

// act does what a ping asks for; it reports whether that was all.
func (f *faker) act(what string) bool {
	switch what {
	case "die":
		fmt.Fprintln(os.Stderr, "first\nlast words")
		os.Exit(3)
	case "die at the end":
		f.last = "die"
	case "say hang at the end":
		f.last = "end and hang"
	case "end and hang":
		fmt.Fprintln(f.out, "end\n  ! hang")
		f.out.Flush()
		os.Exit(3)
	case "take time": // as an op with a real clock does
		<-time.After(700 * time.Millisecond)
	case "leak": // dies of what came before it
		if f.count > 3 {
			os.Exit(4)
		}
	case "leak silently":
		if f.count > 3 {
			forever()
		}
	case "kill":
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		forever()
	case "hang":
		fmt.Fprintln(os.Stderr, "hanging")
		forever()
	case "say hang":
		fmt.Fprintln(f.out, "ping 7361792068616e67\n  ! hang")
		f.out.Flush()
		os.Exit(3)
	case "babble":
		fmt.Fprintln(f.out, "lorem ipsum")
	case "bad outcome":
		fmt.Fprintln(f.out, "ping 626164206f7574636f6d65\n  smiled")
		return true
	case "wrong echo":
		fmt.Fprintln(f.out, "ping 00")
		return true
	case "refuse":
		fmt.Fprintln(f.out, "error 12: no such op")
		return true
	case "endless":
		for {
			f.out.Write(make([]byte, 1<<20))
		}
	case "flood":
		for {
			fmt.Fprintln(f.out, "#")
		}
	case "noise":
		os.Stderr.WriteString(strings.Repeat("noise\n", 1<<16) + "the end\n")
	case "child": // a process of the same group that keeps stdout
		cmd := exec.Command("sleep", "1000")
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		fmt.Fprintf(f.out, "ping 6368696c64\n  message text \"%d\"\n", cmd.Process.Pid)
		return true
	case "deaf": // waits for the rest of the trace before it goes on
		var rest []string
		for len(rest) == 0 || rest[len(rest)-1] != "end" {
			line, err := f.in.ReadString('\n')
			if err != nil {
				return true
			}
			rest = append(rest, strings.TrimSuffix(line, "\n"))
		}
		fmt.Fprintln(f.out, "ping 64656166")
		for _, line := range rest {
			f.line(line)
		}
		return true
	}
	return false
}
