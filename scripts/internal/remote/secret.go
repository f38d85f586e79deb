package remote

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// hideSecrets returns a URL for people: what may be a credential in it became ***. That is
// all before an @, all values but those of known settings, and all after a #. Nothing is
// parsed, since a URL that cannot be parsed may have secrets, too.
func hideSecrets(where string) string {
	scheme, rest, ok := strings.Cut(where, "://")
	if !ok {
		return where // a path
	}
	rest, _, hasFragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = hidden + rest[i:]
	}
	shown := scheme + "://" + rest
	if hasQuery {
		shown += "?" + setting.ReplaceAllStringFunc(query, hideSetting)
	}
	if hasFragment {
		shown += "#" + hidden
	}
	return shown
}

const hidden = "***"

// setting is one setting of a query.
var setting = regexp.MustCompile(`[^&;]+`)

// openSettings are the settings whose values are no secrets.
var openSettings = []string{"region", "profile", "use_path_style", "s3ForcePathStyle", "disable_https", "disableSSL", "anonymous"}

func hideSetting(s string) string {
	name, value, ok := strings.Cut(s, "=")
	switch {
	case slices.Contains(openSettings, name):
		return s
	case name == "endpoint":
		if plain, err := url.QueryUnescape(value); err == nil && !strings.Contains(plain, "@") && !strings.Contains(plain, "?") {
			return s
		}
	case !ok:
		return hidden
	}
	return name + "=" + hidden
}

// checkSecrets refuses a URL that has a credential: it would be in the history of the shell
// and in every log.
func checkSecrets(where string) error {
	scheme, rest, _ := strings.Cut(where, "://")
	host, _, _ := strings.Cut(rest, "?")
	if !strings.Contains(host, "@") {
		return nil
	}
	given := "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws configure"
	if scheme == "oci" {
		given = "docker login HOST"
	}
	return fmt.Errorf("want no @: credentials are no part of the URL: they are given by %s", given)
}

// reasonOf returns the reason of an error of package url, which repeats the URL.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
