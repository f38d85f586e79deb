package remote

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// forgetCredentials hides the credentials of the machine that runs the test.
func forgetCredentials(t *testing.T) {
	for _, name := range os.Environ() {
		if name, _, _ = strings.Cut(name, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func TestBucketURLs(t *testing.T) {
	forgetCredentials(t)
	home, _ := os.UserHomeDir()
	writeFile(t, filepath.Join(home, ".aws", "config"), "[default]\nregion = eu-north-1\n[profile team]\nregion = sa-east-1\n")
	writeFile(t, filepath.Join(home, ".aws", "credentials"), "[default]\naws_access_key_id = id\naws_secret_access_key = secret\n[team]\naws_access_key_id = team\naws_secret_access_key = secret\n")
	for _, tt := range []struct{ where, base, region, prefix, key string }{
		{"s3://b/p", "https://b.s3.eu-north-1.amazonaws.com/", "eu-north-1", "p/", "id"},
		{"s3://b/p/?profile=team", "https://b.s3.sa-east-1.amazonaws.com/", "sa-east-1", "p/", "team"},
		{"s3://b?region=cn-north-1", "https://b.s3.cn-north-1.amazonaws.com.cn/", "cn-north-1", "", "id"},
		{"s3://b.c?region=x", "https://s3.x.amazonaws.com/b.c/", "x", "", "id"},
		{"s3://b/p?region=x&use_path_style=true", "https://s3.x.amazonaws.com/b/", "x", "p/", "id"},
		{"s3://b/p?region=x&s3ForcePathStyle=true&disableSSL=true&endpoint=h:9000", "http://h:9000/b/", "x", "p/", "id"},
		{"s3://b/p?region=auto&endpoint=https://h", "https://b.h/", "auto", "p/", "id"},
		{"s3://b/p?region=x&endpoint=https://h/s3&use_path_style=true", "https://h/s3/b/", "x", "p/", "id"},
		{"s3://b/p?region=x&endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000/b/", "x", "p/", "id"},
		{"s3://b?anonymous=true&region=x", "https://b.s3.x.amazonaws.com/", "x", "", ""},
		{"gs://b/p", "https://storage.googleapis.com/b/", "auto", "p/", "id"},
	} {
		b, err := openBucket(tt.where)
		if err != nil {
			t.Errorf("%s: %v", tt.where, err)
			continue
		}
		key := ""
		if b.s3.keys != nil {
			v, _ := b.s3.keys.GetWithContext(nil)
			key = v.AccessKeyID
		}
		if got := b.s3.base.String(); got != tt.base || b.s3.region != tt.region || b.prefix != tt.prefix || key != tt.key {
			t.Errorf("%s: %s, region %s, prefix %q, key %q; want %+v", tt.where, got, b.s3.region, b.prefix, key, tt)
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestBucketURLsThatAreRefused(t *testing.T) {
	forgetCredentials(t)
	for where, want := range map[string]string{
		"s3://b/p":                         "no credentials for s3://b/p: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, run aws configure, or",
		"gs://b/p":                         "no credentials for gs://b/p: create an HMAC key",
		"s3:///p":                          "want s3://BUCKET/PREFIX",
		"s3://b/p?fips=true":               `setting "fips"`,
		"s3://b/p?use_path_style=perhaps":  `setting "use_path_style"`,
		"s3://b/p?endpoint=ftp://h":        "want https://HOST",
		"s3://id:secret@b/p":               "credentials are no part of the URL",
		"s3://b/p?region=x&endpoint=":      "no credentials",
		"s3://b/p?profile=none&region=x":   "no credentials",
		"gs://b/p?anonymous=neither&x=y":   "setting ",
		"s3://b/p?anonymous=true&region=;": "settings after the question mark",
	} {
		if b, err := Open(t.Context(), where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %q", where, b, err, want)
		}
	}
}

// A service computes each signature again. Amazon's own library stands in for it, and the
// client's is another one.
func TestSignaturesAreThoseOfAmazon(t *testing.T) {
	checked := 0
	check := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			checked++
			if got, want := req.Header.Get("Authorization"), signAgain(t, req); got != want {
				t.Errorf("%s %s: signed\n%s, want\n%s", req.Method, req.URL, got, want)
			}
			h.ServeHTTP(w, req)
		})
	}
	s := startS3(t, check)
	for _, token := range []string{"", "a session"} {
		t.Setenv("AWS_SESSION_TOKEN", token)
		b := open(t, s.url("a prefix/ü+(!)'*~=&%25"))
		if err := b.Put(t.Context(), "entry/a_b.c-d", []byte("data")); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Get(t.Context(), "entry/a_b.c-d", 4); string(got) != "data" {
			t.Errorf("got %q, %v", got, err)
		}
		if got := listNames(t, b, "entry"); !slices.Equal(got, []string{"entry/a_b.c-d"}) {
			t.Errorf("list: %q", got)
		}
		if err := b.Delete(t.Context(), "entry/a_b.c-d"); err != nil {
			t.Error(err)
		}
	}
	if checked < 8 {
		t.Errorf("%d requests were checked", checked)
	}
}

// signAgain signs the headers of a request that were signed.
func signAgain(t *testing.T, req *http.Request) string {
	t.Helper()
	at, err := time.Parse("20060102T150405Z", req.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Error(err)
	}
	again, err := http.NewRequest(req.Method, "http://"+req.Host+req.RequestURI, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	_, signed, _ := strings.Cut(req.Header.Get("Authorization"), "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	for name := range strings.SplitSeq(signed, ";") {
		if name != "host" {
			again.Header.Set(name, req.Header.Get(name))
		}
	}
	keys := aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: os.Getenv("AWS_SESSION_TOKEN")}
	sum := req.Header.Get("X-Amz-Content-Sha256")
	err = v4.NewSigner().SignHTTP(t.Context(), keys, again, sum, "s3", "none", at, func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err != nil {
		t.Error(err)
	}
	return again.Header.Get("Authorization")
}

// openAnswering opens a bucket in a service that a test plays.
func openAnswering(t *testing.T, answer http.HandlerFunc) Backend {
	t.Helper()
	s := start(t, answer, nil)
	return open(t, "s3://bucket/store?anonymous=true&region=none&endpoint="+url.QueryEscape(s.URL))
}

// Lists of other services have less in them than Amazon's, or more.
func TestListsOfOtherServices(t *testing.T) {
	pages := []string{
		`<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken><Contents><Key>store/entry/a</Key></Contents></ListBucketResult>`,
		`<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>store/entry%2Fb</Key><Size>3</Size></Contents><Contents><Key>store/entry/c+d%</Key></Contents><Contents><Key>elsewhere/entry/e</Key></Contents></ListBucketResult>`,
	}
	b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) {
		page := pages[0]
		if req.FormValue("continuation-token") == "2" {
			page = pages[1]
		}
		w.Write([]byte(page))
	})
	if got := listNames(t, b, "entry"); !slices.Equal(got, []string{"entry/a", "entry/b"}) {
		t.Errorf("list: %q", got)
	}
}

func TestListsWithoutEndAreRefused(t *testing.T) {
	for name, page := range map[string]string{
		"the same page again": `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken></ListBucketResult>`,
		"no token":            `<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>`,
		"a page of 17 MB":     `<ListBucketResult><Contents><Key>` + strings.Repeat("a", 17<<20) + `</Key></Contents></ListBucketResult>`,
	} {
		b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) { w.Write([]byte(page)) })
		var last error
		for _, err := range b.List(t.Context(), "entry") {
			last = err
		}
		if last == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// Some services do not support conditions, and say so in several ways.
func TestPutWithoutConditions(t *testing.T) {
	for _, status := range []int{http.StatusNotImplemented, http.StatusBadRequest, http.StatusMethodNotAllowed} {
		var stored bool
		b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) {
			if req.Header.Get("If-None-Match") != "" {
				w.WriteHeader(status)
				return
			}
			stored = req.Method == http.MethodPut
		})
		if err := b.Put(t.Context(), "entry/a", []byte("data")); err != nil || !stored {
			t.Errorf("status %d for a condition: stored %t, %v", status, stored, err)
		}
	}
}

func TestRefusalsSayWhatTheServiceSays(t *testing.T) {
	for _, tt := range []struct {
		status       int
		region, body string
		want         string
	}{
		{403, "", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", `403 Forbidden: "AccessDenied": "Access Denied"`},
		{404, "", "<Error><Code>NoSuchBucket</Code><Message>no bucket</Message></Error>", `404 Not Found: "NoSuchBucket"`},
		{301, "eu-west-1", "", "the bucket is in another region: add ?region=eu-west-1"},
		{403, "", "no XML", "403 Forbidden"},
	} {
		b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) {
			if tt.region != "" {
				w.Header().Set("X-Amz-Bucket-Region", tt.region)
			}
			w.WriteHeader(tt.status)
			w.Write([]byte(tt.body))
		})
		_, err := b.Get(t.Context(), "entry/a", 10)
		if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("status %d, %s: %v, want %q", tt.status, tt.body, err, tt.want)
		}
	}
}

// No more of an object is read than its limit, whatever length the service declares.
func TestAnObjectOfUnknownLengthIsLimited(t *testing.T) {
	b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) {
		for range 100 {
			w.Write([]byte("chunk"))
			w.(http.Flusher).Flush() // without a Content-Length
		}
	})
	if _, err := b.Get(t.Context(), "entry/a", 499); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("500 bytes with limit 499: %v", err)
	}
	if got, err := b.Get(t.Context(), "entry/a", 500); len(got) != 500 || err != nil {
		t.Errorf("500 bytes with limit 500: %d, %v", len(got), err)
	}
}

// Google's object store speaks S3 at an address of its own.
func TestGoogleURLs(t *testing.T) {
	s := startS3(t)
	b := open(t, strings.Replace(s.url("store"), "s3://", "gs://", 1))
	if err := b.Put(t.Context(), "entry/a", []byte("data")); err != nil {
		t.Fatal(err)
	}
	if got := listNames(t, open(t, s.url("store")), "entry"); !slices.Equal(got, []string{"entry/a"}) {
		t.Errorf("list: %q", got)
	}
}

// A request that fails for a passing reason is sent again, with its whole body.
func TestRequestsAreRepeated(t *testing.T) {
	for verb, do := range map[string]func(t *testing.T, b Backend) error{
		"put":    func(t *testing.T, b Backend) error { return b.Put(t.Context(), "entry/a", []byte("data")) },
		"delete": func(t *testing.T, b Backend) error { return b.Delete(t.Context(), "entry/a") },
		"get": func(t *testing.T, b Backend) error {
			_, err := b.Get(t.Context(), "entry/a", 10)
			return err
		},
		"list": func(t *testing.T, b Backend) (err error) {
			for _, err = range b.List(t.Context(), "entry") {
			}
			return err
		},
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int64
			b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) {
				body, _ := io.ReadAll(req.Body)
				switch sent.Add(1) {
				case 1:
					w.WriteHeader(http.StatusServiceUnavailable)
				case 2:
					panic(http.ErrAbortHandler)
				default:
					if verb == "put" && string(body) != "data" {
						t.Errorf("the body of the last try is %q", body)
					}
					w.Write([]byte("<ListBucketResult></ListBucketResult>"))
				}
			})
			if err := do(t, b); err != nil && !errors.Is(err, store.ErrTooLarge) || sent.Load() != 3 {
				t.Errorf("%d requests, %v, want 3", sent.Load(), err)
			}
		})
	}
}

// What the service refuses is not sent again.
func TestRefusedRequestsAreNotRepeated(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusMovedPermanently, http.StatusNotImplemented} {
		var sent atomic.Int64
		b := openAnswering(t, func(w http.ResponseWriter, req *http.Request) {
			sent.Add(1)
			w.WriteHeader(status)
		})
		if _, err := b.Get(t.Context(), "entry/a", 10); err == nil || sent.Load() != 1 {
			t.Errorf("status %d: %d requests, %v, want 1", status, sent.Load(), err)
		}
	}
}
