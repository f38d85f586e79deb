package wslog_test

import (
	"fmt"
	"log"
	"os"

	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// The log of the incident shows what both ends did wrong: the client cut an echo
// short, and the server died of an exception when it met a Pong for a ping that
// nobody waited for any more.
func Example() {
	f, err := os.Open("testdata/websockets-14.1-asyncio-incident.log")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	l, err := wslog.Read(f)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range l.Judge() {
		fmt.Println(r.Name, r.Verdict)
		for _, f := range r.Findings {
			fmt.Printf("  line %d: %s, %s (%s)\n", f.Line, f.Sentence(), f.Certainty, f.Rule.Rule().Cite())
			if frame := r.Connection.Frame(f.Line); frame != nil {
				fmt.Printf("    %s\n", frame)
			}
		}
	}
	// Output:
	// server FAILED
	//   line 27: data_received InvalidStateError: invalid state escaped, proved (contract)
	// client FAILED
	//   line 23: the Ping 0d900f00 was answered with 0d900f, inferred (RFC 6455 section 5.5.3, MUST)
	//     < PONG 0d 90 0f [binary, 3 bytes]
}
