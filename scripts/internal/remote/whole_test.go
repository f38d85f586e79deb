package remote

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// The first answers for each object break off in the middle.
func TestAnObjectThatBreaksOffIsReadAgain(t *testing.T) {
	for cut, whole := range map[int64]bool{maxReads - 1: true, 1000: false} {
		var left atomic.Int64
		breaks := func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if req.Method == http.MethodGet && left.Add(-1) >= 0 {
					h.ServeHTTP(&half{ResponseWriter: w}, req)
					panic(http.ErrAbortHandler)
				}
				h.ServeHTTP(w, req)
			})
		}
		text := strings.Repeat("whole ", 100_000)
		for _, where := range []string{startS3(t, breaks).url("store"), startRegistry(t, breaks).url("store")} {
			var b store.Backend = open(t, where)
			if err := b.Put(t.Context(), "entry/a", []byte(text)); err != nil {
				t.Fatal(err)
			}
			left.Store(cut)
			data, err := b.Get(t.Context(), "entry/a", len(text))
			if got := err == nil && string(data) == text; got != whole {
				t.Errorf("%s, %d broken answers: %d bytes, %v; want all of %d: %t", where, cut, len(data), err, len(text), whole)
			}
			left.Store(0)
		}
	}
}
