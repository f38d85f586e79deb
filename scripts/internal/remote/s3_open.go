package remote

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-ini/ini"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucketPlace is what the URL of a bucket says.
type bucketPlace struct {
	scheme, bucket, prefix string
	settings               url.Values // the query, less what was read
}

func openS3(where string) (c *s3Client, prefix string, err error) {
	p, err := parseBucketURL(where)
	if err != nil {
		return nil, "", err
	}
	profile := cmp.Or(p.takeSetting("profile"), os.Getenv("AWS_PROFILE"), "default")
	c = &s3Client{region: p.findRegion(profile), http: newHTTPClient(usualPatience)}
	// The signature of a request holds for one host only.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	anonymous := p.takeBoolSetting("anonymous")
	if c.base, err = p.bucketURL(c.region); err != nil {
		return nil, "", err
	}
	if err := p.checkSettings(); err != nil {
		return nil, "", err
	}
	if !anonymous {
		if c.keys, err = p.findCredentials(profile); err != nil {
			return nil, "", err
		}
	}
	return c, p.prefix, nil
}

func parseBucketURL(where string) (*bucketPlace, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, reasonOf(err)
	}
	if u.Host == "" || u.Fragment != "" {
		return nil, fmt.Errorf("want %s://BUCKET/PREFIX", u.Scheme)
	}
	settings, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("the settings after the question mark cannot be read: want NAME=VALUE&NAME=VALUE")
	}
	return &bucketPlace{u.Scheme, u.Host, strings.Trim(u.Path, "/"), settings}, nil
}

func (p *bucketPlace) String() string { return p.scheme + "://" + p.bucket + "/" + p.prefix }

// takeSetting reads a setting, which may have several names.
func (p *bucketPlace) takeSetting(names ...string) (value string) {
	for _, name := range names {
		value = cmp.Or(value, p.settings.Get(name))
		delete(p.settings, name)
	}
	return value
}

// takeBoolSetting reads a setting that is true or false. A value that is neither stays among the
// settings, so that checkSettings refuses it.
func (p *bucketPlace) takeBoolSetting(names ...string) (set bool) {
	for _, name := range names {
		if b, err := strconv.ParseBool(p.settings.Get(name)); err == nil {
			set = set || b
			delete(p.settings, name)
		}
	}
	return set
}

// checkSettings refuses settings that nothing read.
func (p *bucketPlace) checkSettings() error {
	for name := range p.settings {
		if p.settings.Get(name) == "" {
			name = hidden // it may be the value of another one
		}
		return fmt.Errorf("setting %.50q: want endpoint=URL, region=NAME, profile=NAME, or use_path_style, disable_https or anonymous with true or false", name)
	}
	return nil
}

// findRegion returns the region that the signature names. A service that has no regions
// accepts any.
func (p *bucketPlace) findRegion(profile string) string {
	region := p.takeSetting("region")
	if p.scheme == "gs" {
		return cmp.Or(region, "auto")
	}
	return cmp.Or(region, os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), configuredRegion(profile), "us-east-1")
}

// configuredRegion returns the region that aws configure wrote, empty if there is none.
func configuredRegion(profile string) string {
	home, _ := os.UserHomeDir()
	file, err := ini.LooseLoad(cmp.Or(os.Getenv("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")))
	if err != nil {
		return ""
	}
	if profile != "default" {
		profile = "profile " + profile
	}
	return file.Section(profile).Key("region").String()
}

// hostLabel is a bucket that can be part of a host's name, with a certificate for it.
var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// bucketURL returns the URL of the bucket, with a slash at its end.
func (p *bucketPlace) bucketURL(region string) (*url.URL, error) {
	path, plain := p.takeBoolSetting("use_path_style", "s3ForcePathStyle"), p.takeBoolSetting("disable_https", "disableSSL")
	endpoint := p.takeSetting("endpoint")
	switch {
	case p.scheme == "gs":
		endpoint, path = cmp.Or(endpoint, "https://storage.googleapis.com"), true
	case endpoint == "":
		endpoint = cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), amazonEndpoint(region))
	}
	if !strings.Contains(endpoint, "://") {
		scheme := "https://"
		if plain {
			scheme = "http://"
		}
		endpoint = scheme + endpoint
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("endpoint: want https://HOST")
	}
	u = u.JoinPath("/")
	if path || net.ParseIP(u.Hostname()) != nil || !hostLabel.MatchString(p.bucket) {
		return u.JoinPath(p.bucket, "/"), nil
	}
	u.Host = p.bucket + "." + u.Host
	return u, nil
}

func amazonEndpoint(region string) string {
	host := "https://s3." + region + ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		host += ".cn"
	}
	return host
}

// findCredentials returns the credentials that the AWS tools would use: of the environment,
// of the profile, or of the machine's role.
func (p *bucketPlace) findCredentials(profile string) (*credentials.Credentials, error) {
	sources := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{Profile: profile}}
	if p.scheme == "s3" && mayHaveRole() {
		sources = append(sources, &credentials.IAM{Client: &http.Client{Timeout: 5 * time.Second}})
	}
	keys := credentials.NewChainCredentials(sources)
	if got, err := keys.GetWithContext(nil); err == nil && got.AccessKeyID != "" && got.SecretAccessKey != "" {
		return keys, nil
	}
	advice := "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, run aws configure, or add ?anonymous=true if everybody may read the bucket"
	if p.scheme == "gs" {
		advice = "create an HMAC key (gcloud storage hmac create) and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to its two parts"
	}
	return nil, errors.New("no credentials for " + p.String() + ": " + advice)
}

// mayHaveRole reports whether to ask the machine for the credentials of its role, which
// takes seconds where nobody answers.
func mayHaveRole() bool {
	given := []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}
	return os.Getenv("AWS_EC2_METADATA_DISABLED") != "true" ||
		slices.ContainsFunc(given, func(name string) bool { return os.Getenv(name) != "" })
}
