package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"oras.land/oras-go/v2/registry/remote/retry"
)

// patience bounds how long a service may take for one answer. A service that hangs, or that
// sends a byte now and then, ends with [errTooSlow] and not never.
type patience struct {
	first  time.Duration // for the head of an answer, and for its body to reach the rate
	perMiB time.Duration // for each MiB of a body
}

// usualPatience admits 16 KiB a second, slower than any line that fuzzing uses.
var usualPatience = patience{first: time.Minute, perMiB: time.Minute}

// retryPause is the shortest pause before a request is repeated.
var retryPause = 100 * time.Millisecond

// errTooSlow says that a service took longer than its patience.
var errTooSlow = errors.New("the service is too slow")

// newHTTPClient returns a client that repeats what failed for a passing reason. All requests
// can be repeated: the last try of a PUT stores the same bytes as the first.
func newHTTPClient(p patience) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // a body arrives as it is stored
	transport.MaxIdleConnsPerHost = 64
	policy := &retry.GenericPolicy{
		Retryable: isPassing,
		Backoff:   retry.DefaultBackoff,
		MinWait:   retryPause,
		MaxWait:   30 * retryPause,
		MaxRetry:  4,
	}
	return &http.Client{Transport: &retry.Transport{
		Base:   &boundedTransport{transport, p},
		Policy: func() retry.Policy { return policy },
	}}
}

// isPassing reports whether a request may succeed when it is sent again.
func isPassing(resp *http.Response, err error) (bool, error) {
	if err != nil {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, errTooSlow), nil
	}
	return resp.StatusCode != http.StatusNotImplemented && (resp.StatusCode >= 500 ||
		resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout), nil
}

// boundedTransport bounds the time that each answer takes.
type boundedTransport struct {
	base     http.RoundTripper
	patience patience
}

// RoundTrip implements [http.RoundTripper].
func (t *boundedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	sending := time.Duration(max(0, req.ContentLength)>>20) * t.patience.perMiB
	allowed := t.patience.first + sending
	timer := time.AfterFunc(allowed, func() {
		cancel(fmt.Errorf("%w: it did not answer within %v", errTooSlow, allowed))
	})
	resp, err := t.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		timer.Stop()
		defer cancel(nil)
		return nil, causeOf(ctx, err)
	}
	timer.Stop()
	body := &boundedBody{ReadCloser: resp.Body, ctx: ctx, cancel: cancel, patience: t.patience, start: time.Now()}
	body.timer = time.AfterFunc(t.patience.first, body.giveUp)
	resp.Body = body
	return resp, nil
}

// CloseIdleConnections closes the connections that no request uses.
func (t *boundedTransport) CloseIdleConnections() {
	t.base.(interface{ CloseIdleConnections() }).CloseIdleConnections()
}

// causeOf returns why a request was cancelled, else its error.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errTooSlow) {
		return cause
	}
	return err
}

// boundedBody is a body that must arrive at a rate.
type boundedBody struct {
	io.ReadCloser
	ctx      context.Context
	cancel   context.CancelCauseFunc
	patience patience
	start    time.Time
	timer    *time.Timer // gives up
	read     int64       // bytes
}

// Read implements [io.Reader].
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if err == nil {
		allowed := b.patience.first + time.Duration(float64(b.patience.perMiB)*float64(b.read)/(1<<20))
		b.timer.Reset(allowed - time.Since(b.start))
	} else if err != io.EOF {
		err = causeOf(b.ctx, err)
	}
	return n, err
}

func (b *boundedBody) giveUp() {
	b.cancel(fmt.Errorf("%w: its answer did not arrive at %v for each MiB", errTooSlow, b.patience.perMiB))
}

// Close implements [io.Closer].
func (b *boundedBody) Close() error {
	b.timer.Stop()
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}
