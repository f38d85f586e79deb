package wslog_test

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// BenchmarkRead reads a million bytes of a log, in the shape of name=.
func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"incident-ha", "incident-pyjson", "incident-kubectl", "server81-incident-uvicorn"} {
		b.Run("shape="+name, func(b *testing.B) {
			text, err := os.ReadFile("testdata/wild/" + name + ".log")
			if err != nil {
				b.Fatal(err)
			}
			log := strings.Repeat(string(text), 1+1000000/len(text))
			b.SetBytes(int64(len(log)))
			for b.Loop() {
				if _, err := wslog.Read(strings.NewReader(log)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
