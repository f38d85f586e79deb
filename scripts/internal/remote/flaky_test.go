package remote

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
)

// network makes requests fail until it is calm.
type network struct {
	failed atomic.Int64 // how many requests failed
	calm   atomic.Bool  // no request fails any more
}

// before puts the network before a server: some requests are refused, because the server is
// busy or its disk is full; some never arrive; of some only half of the answer arrives.
func (n *network) before(seed uint64) func(http.Handler) http.Handler {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 0))
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			mu.Lock()
			luck := r.IntN(200)
			mu.Unlock()
			if n.calm.Load() {
				luck = 200
			} else if luck < 8 {
				n.failed.Add(1)
			}
			switch {
			case luck < 3, luck < 4 && (req.Method == http.MethodGet || req.Method == http.MethodHead):
				w.WriteHeader(http.StatusServiceUnavailable)
			case luck < 4:
				w.WriteHeader(http.StatusInsufficientStorage)
			case luck < 6:
				panic(http.ErrAbortHandler) // before anything was done
			case luck < 8:
				h.ServeHTTP(&half{ResponseWriter: w}, req)
				panic(http.ErrAbortHandler) // after all was done
			default:
				h.ServeHTTP(w, req)
			}
		})
	}
}

// half passes on the first half of each write.
type half struct{ http.ResponseWriter }

func (h *half) Write(p []byte) (int, error) {
	if len(p) > 1 {
		h.ResponseWriter.Write(p[:len(p)/2])
	}
	return len(p), nil
}
