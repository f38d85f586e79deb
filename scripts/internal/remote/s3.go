package remote

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
	"github.com/minio/minio-go/v7/pkg/signer"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// s3Client sends signed requests to one bucket.
type s3Client struct {
	base   *url.URL                 // of the bucket: its host, or the host of the service and the bucket as path
	region string                   // part of each signature
	keys   *credentials.Credentials // nil for a public bucket; may be short-lived, then renewed
	http   *http.Client
}

// maxPages is how many pages one list may have: four times as many as its names need.
var maxPages = 1 << 13

// tooManyPages says that a service lists more pages than a store may have names.
func tooManyPages() error {
	return fmt.Errorf("%w: more than %d pages of names", store.ErrTooLarge, maxPages)
}

// request is one operation on a bucket.
type request struct {
	method   string
	key      string // of the object; empty for the bucket
	query    url.Values
	body     []byte
	ifAbsent bool // the service must refuse if the object exists
}

const (
	maxErrorBody = 1 << 16 // bytes of an error's description
	maxListPage  = 1 << 24 // bytes of one page of a list, which has 1000 keys of 1 KiB at most
)

// sendAndClose sends a request and discards the answer.
func (c *s3Client) sendAndClose(ctx context.Context, r request) error {
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// send sends a request and returns the answer of a success, whose body the caller closes.
func (c *s3Client) send(ctx context.Context, r request) (*http.Response, error) {
	req, err := c.signRequest(ctx, r)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		return nil, readRefusal(resp)
	}
	return resp, nil
}

func (c *s3Client) signRequest(ctx context.Context, r request) (*http.Request, error) {
	u := *c.base
	u.Path += r.key
	u.RawPath = s3utils.EncodePath(u.Path) // as it is signed
	u.RawQuery = r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(r.body)
	req.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	if r.method == http.MethodPut {
		sum := md5.Sum(r.body)
		req.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	if r.ifAbsent {
		req.Header.Set("If-None-Match", "*")
	}
	if c.keys == nil {
		return req, nil
	}
	keys, err := c.keys.GetWithContext(nil)
	if err != nil {
		return nil, fmt.Errorf("renew the credentials: %w", err)
	}
	return signer.SignV4(*req, keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken, c.region), nil
}

// listPage is one page of a list: the parts of ListBucketResult that are used.
type listPage struct {
	IsTruncated           bool
	NextContinuationToken string
	EncodingType          string
	Contents              []struct{ Key string }
}

// listKeys yields the keys that start with a prefix.
func (c *s3Client) listKeys(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		token := ""
		for pages := 0; ; pages++ {
			if pages == maxPages {
				yield("", tooManyPages())
				return
			}
			page, err := c.readPage(ctx, prefix, token)
			if err != nil {
				yield("", err)
				return
			}
			for _, o := range page.Contents {
				key := o.Key
				if page.EncodingType == "url" {
					key, _ = url.QueryUnescape(key) // what cannot be decoded is no key of ours
				}
				if strings.HasPrefix(key, prefix) && !yield(key, nil) {
					return
				}
			}
			if !page.IsTruncated {
				return
			}
			if page.NextContinuationToken == "" || page.NextContinuationToken == token {
				yield("", errors.New("the service says that there are more keys, but not how to go on"))
				return
			}
			token = page.NextContinuationToken
		}
	}
}

func (c *s3Client) readPage(ctx context.Context, prefix, token string) (*listPage, error) {
	query := url.Values{"list-type": {"2"}, "encoding-type": {"url"}, "prefix": {prefix}}
	if token != "" {
		query.Set("continuation-token", token)
	}
	return readWhole(func() (*listPage, error) {
		resp, err := c.send(ctx, request{method: http.MethodGet, query: query})
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		var page listPage
		return &page, xml.NewDecoder(io.LimitReader(resp.Body, maxListPage)).Decode(&page)
	})
}

// refusal is an answer of the service that is no success.
type refusal struct {
	status  int
	region  string // in which the bucket is, if the service says so
	Code    string
	Message string
}

func readRefusal(resp *http.Response) error {
	r := refusal{status: resp.StatusCode, region: resp.Header.Get("X-Amz-Bucket-Region")}
	xml.NewDecoder(io.LimitReader(resp.Body, maxErrorBody)).Decode(&r) // some answers have no body
	return &r
}

func (r *refusal) Error() string {
	text := fmt.Sprintf("%d %s", r.status, http.StatusText(r.status))
	if r.Code != "" {
		text += fmt.Sprintf(": %.100q: %.300q", r.Code, r.Message)
	}
	if r.region != "" && r.status != http.StatusForbidden {
		text += fmt.Sprintf(": the bucket is in another region: add ?region=%.50s to the URL", r.region)
	}
	return text
}

// isNoSuchKey reports whether the service has no such object. A bucket that is missing is
// another matter.
func isNoSuchKey(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && r.status == http.StatusNotFound && r.Code != "NoSuchBucket"
}
