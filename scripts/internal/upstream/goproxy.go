package upstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// newestModule asks a proxy for its list and for the latest version. A proxy may leave versions out
// of both that it has: so it is also asked for the versions that would come next, until none does.
func (r *Registries) newestModule(ctx context.Context, path string) (Release, error) {
	base := r.GoProxy + "/" + escapePath(path)
	list, err := r.get(ctx, base+"/@v/list")
	if err != nil {
		return Release{}, err
	}
	newest := ""
	for version := range strings.FieldsSeq(string(list)) {
		newest = later(newest, version)
	}
	var latest Release
	if err := r.getJSON(ctx, base+"/@latest", &latest); err == nil {
		newest = later(newest, latest.Version)
	} else if !errors.Is(err, errAbsent) {
		return Release{}, err
	}
	if newest == "" {
		return Release{}, fmt.Errorf("%s has no release of %s", r.GoProxy, path)
	}
	if newest, err = r.goBeyond(ctx, base, newest); err != nil {
		return Release{}, err
	}
	var found Release
	err = r.getJSON(ctx, base+"/@v/"+newest+".info", &found)
	return found, err
}

// goBeyond returns the last of the versions that follow one without a gap of more than a few.
func (r *Registries) goBeyond(ctx context.Context, base, version string) (string, error) {
	for {
		newest := version
		for _, next := range nextVersions(version) {
			_, err := r.get(ctx, base+"/@v/"+next+".info")
			if err == nil {
				newest = later(newest, next)
			} else if !errors.Is(err, errAbsent) {
				return "", err
			}
		}
		if newest == version {
			return version, nil
		}
		version = newest
	}
}

// escapePath returns a module path as a proxy wants it: "!" and a small letter for each capital.
func escapePath(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// parseRelease returns the three numbers of a version. It returns nil if that is no stable
// release: v1.2.3-rc.1, say, or a version of a commit.
func parseRelease(version string) []int {
	n := make([]int, 3)
	if _, err := fmt.Sscanf(version, "v%d.%d.%d", &n[0], &n[1], &n[2]); err != nil || formatRelease(n...) != version {
		return nil
	}
	return n
}

func formatRelease(n ...int) string { return fmt.Sprintf("v%d.%d.%d", n[0], n[1], n[2]) }

// nextVersions returns the versions that may follow one in the same module.
func nextVersions(version string) (next []string) {
	n := parseRelease(version)
	for i := 1; i <= 3; i++ {
		next = append(next, formatRelease(n[0], n[1], n[2]+i))
	}
	for i := 1; i <= 2; i++ {
		next = append(next, formatRelease(n[0], n[1]+i, 0))
	}
	if n[0] == 0 {
		next = append(next, "v1.0.0")
	}
	return next
}

// later returns the later of two versions. One that is no stable release does not count.
func later(a, b string) string {
	if n := parseRelease(b); n != nil && slices.Compare(parseRelease(a), n) < 0 {
		return b
	}
	return a
}
