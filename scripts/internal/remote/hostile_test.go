package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// evilText is what a hostile service writes where a person will read it.
const evilText = "\x1b[31mred\x1b]0;t\x07\r\n::error::gone\u009b\u202e"

// lyingServers are the ways in which services lie. Each answers every request.
var lyingServers = map[string]http.HandlerFunc{
	"hangs": func(w http.ResponseWriter, req *http.Request) { <-req.Context().Done() },
	"hangs after its head": func(w http.ResponseWriter, req *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-req.Context().Done()
	},
	"drips": func(w http.ResponseWriter, req *http.Request) {
		for req.Context().Err() == nil {
			w.Write([]byte(" "))
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	},
	"sends without end": func(w http.ResponseWriter, req *http.Request) {
		w.Write([]byte("<ListBucketResult>"))
		junk := []byte(strings.Repeat("<Contents><Key>store/entry/a</Key></Contents>", 1000))
		for req.Context().Err() == nil {
			w.Write(junk)
		}
	},
	"lists without end": func(w http.ResponseWriter, req *http.Request) {
		n := req.FormValue("continuation-token") + "x"
		fmt.Fprintf(w, "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken></ListBucketResult>", time.Now().UnixNano()+int64(len(n)))
	},
	"lists tags without end": func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Link", fmt.Sprintf("</v2/team/store/tags/list?last=%d>; rel=\"next\"", time.Now().UnixNano()))
		w.Write([]byte(`{"tags":["entry.a"]}`))
	},
	"lists the same tags":  answers(200, "Link", `</v2/team/store/tags/list?last=a>; rel="next"`, `{"tags":["entry.a"]}`),
	"redirects in circles": func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, req.URL.Path, http.StatusFound) },
	"declares 10 TB":       answers(200, "Content-Length", "10000000000000", "x"),
	"breaks off": func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Write([]byte("<ListBucketResult>"))
		panic(http.ErrAbortHandler)
	},
	"closes":                 func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"is empty":               answers(200, "", "", ""),
	"is text":                answers(200, "", "", evilText),
	"is text and an error":   answers(500, "", "", evilText),
	"lacks all fields":       answers(200, "", "", "<ListBucketResult><Contents></Contents></ListBucketResult>"),
	"lacks LastModified":     answers(200, "", "", "<ListBucketResult><Contents><Key>store/entry/0</Key><Size>1</Size></Contents></ListBucketResult>"),
	"has wrong types":        answers(200, "", "", "<ListBucketResult><IsTruncated>7</IsTruncated><Contents>x</Contents></ListBucketResult>"),
	"has the wrong document": answers(200, "", "", "<Error><Code>x</Code></Error>"),
	"nests deeply":           answers(200, "", "", strings.Repeat("<a>", 100_000)),
	"expands entities":       answers(200, "", "", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ListBucketResult><Contents><Key>&b;</Key></Contents></ListBucketResult>`),
	"is JSON of wrong types": answers(200, "", "", `{"tags":7,"name":[]}`),
	"nests JSON":             answers(200, "", "", strings.Repeat("[", 100_000)),
	"refuses with a text":    answers(403, "", "", "<Error><Code>"+evilText[:5]+"</Code><Message>&#10;::error::msg&#x9b;</Message></Error>"),
	"refuses in JSON":        answers(401, "", "", `{"errors":[{"code":"X","message":"\u001b[31mred\n::error::srv","detail":"\u202e"}]}`),
	"fails in JSON":          answers(500, "", "", `{"errors":[{"code":"\u001bX","message":"\n::error::srv"}]}`),
	"moves the bucket":       answers(301, "X-Amz-Bucket-Region", "\x1b]0;t\x07", ""),
	"asks for a token": func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Www-Authenticate", `Bearer realm="http://`+req.Host+`/token",service="x",scope="y"`)
		w.WriteHeader(http.StatusUnauthorized)
	},
	"has a manifest of 1 GB": answers(200, "Docker-Content-Digest", "sha256:"+strings.Repeat("a", 64), strings.Repeat("x", 1<<20)),
	"has a false digest":     answers(200, "Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64), `{"schemaVersion":2,"layers":[]}`),
	"has a digest of text":   answers(200, "Docker-Content-Digest", evilText[:5], `{}`),
}

func answers(status int, header, value, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if header != "" {
			w.Header()[header] = []string{value}
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// Whatever a service answers, each call ends, reads a bounded amount, and returns a
// result or an error.
func TestLyingServers(t *testing.T) {
	usual, pages, policy := usualPatience, maxPages, retryPause
	t.Cleanup(func() { usualPatience, maxPages, retryPause = usual, pages, policy })
	usualPatience, maxPages, retryPause = patience{100 * time.Millisecond, time.Second}, 20, time.Millisecond
	for name, answer := range lyingServers {
		for _, scheme := range []string{"s3", "oci"} {
			served, stop := context.WithCancel(t.Context())
			s := start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				io.Copy(io.Discard, req.Body)
				ctx, cancel := context.WithCancel(req.Context()) // which does not end if the client sends more
				defer context.AfterFunc(served, cancel)()
				defer cancel()
				answer(w, req.WithContext(ctx))
			}), nil)
			where := "s3://bucket/store?anonymous=true&region=none&endpoint=" + s.URL
			if scheme == "oci" {
				where = "oci://" + s.Listener.Addr().String() + "/team/store"
			}
			b := open(t, where)
			for verb, do := range map[string]func(ctx context.Context) error{
				"list": func(ctx context.Context) (err error) {
					for _, err = range store.ListNames(ctx, b, "entry") {
					}
					return err
				},
				"get": func(ctx context.Context) error {
					data, err := b.Get(ctx, "entry/a", 1000)
					if err == nil && len(data) > 1000 {
						t.Errorf("%s %s: %d bytes", scheme, name, len(data))
					}
					return err
				},
				"put":    func(ctx context.Context) error { return b.Put(ctx, "entry/a", []byte("data")) },
				"delete": func(ctx context.Context) error { return b.Delete(ctx, "entry/a") },
			} {
				err := do(t.Context())
				if errors.Is(err, context.Canceled) {
					t.Errorf("%s %s: %s was cancelled by nobody: %v", scheme, name, verb, err)
				}
				if err != nil && len(err.Error()) > 4000 {
					t.Errorf("%s %s: the error of %s has %d bytes", scheme, name, verb, len(err.Error()))
				}
			}
			stop()
			s.CloseClientConnections()
		}
	}
}

// No error shows what may be a credential.
func TestNoErrorShowsASecret(t *testing.T) {
	forgetCredentials(t)
	for _, where := range []string{
		"s3://bucket/p?region=x&awssecret=SECRETX", "s3://user:SECRETX@bucket/p", "s3://SECRETX@bucket", "s3://bucket/p?SECRETX",
		"s3://bucket/p?endpoint=https://u:SECRETX@h", "s3://bucket/p?endpoint=https%3A%2F%2Fu%3ASECRETX%40h&zz=1", "s3://bucket/p?region=%zz&x=SECRETX",
		"s3://bucket/p?a=1;token=SECRETX", "s3://bucket/p#SECRETX", "s3://u:SECRETX@ bad/p", "s3://bucket/%zz?x=SECRETX",
		"gs://user:SECRETX@b/x?zz=1", "gs://b/x?key=SECRETX",
		"oci://user:SECRETX@127.0.0.1:1/x", "oci://127.0.0.1:1/x?token=SECRETX", "oci://h/UPPER?x=SECRETX",
		"http://u:SECRETX@h/", "ftp://h/?p=SECRETX", "https+s3://h/?p=SECRETX", "file://u:SECRETX@h/p", "file:///p?x=SECRETX", "file:///p#SECRETX", "file://u:SECRETX@%zz/p",
	} {
		b, err := Open(t.Context(), where)
		if err == nil {
			b.Close()
			t.Errorf("%s was opened", where)
		} else if strings.Contains(err.Error(), "SECRETX") {
			t.Errorf("%s: %v", where, err)
		}
		if _, err := Exists(where); err != nil && strings.Contains(err.Error(), "SECRETX") {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// What is no secret stays, so that a person finds the mistake.
func TestHideSecrets(t *testing.T) {
	for where, want := range map[string]string{
		"a/folder?x=1":  "a/folder?x=1",
		"s3://bucket/p": "s3://bucket/p",
		"s3://bucket/p?region=x&endpoint=http://h:1&use_path_style=yes": "s3://bucket/p?region=x&endpoint=http://h:1&use_path_style=yes",
		"s3://id:secret@bucket/p?key=secret&region=x":                   "s3://***@bucket/p?key=***&region=x",
		"oci://a@b:secret@host/x#secret":                                "oci://***@host/x#***",
	} {
		if got := hideSecrets(where); got != want {
			t.Errorf("%s: %s, want %s", where, got, want)
		}
	}
}
