package upstream

import (
	"context"
	"fmt"
	"time"
)

// newestProject asks PyPI for the version of a project that pip would install.
func (r *Registries) newestProject(ctx context.Context, name string) (Release, error) {
	var answer struct {
		Info struct {
			Version string `json:"version"`
		} `json:"info"`
		URLs []struct {
			Uploaded time.Time `json:"upload_time_iso_8601"`
		} `json:"urls"`
	}
	if err := r.getJSON(ctx, r.PyPI+"/pypi/"+name+"/json", &answer); err != nil {
		return Release{}, err
	}
	found := Release{Version: answer.Info.Version}
	if found.Version == "" {
		return Release{}, fmt.Errorf("%s has no release of %s", r.PyPI, name)
	}
	if len(answer.URLs) > 0 {
		found.Time = answer.URLs[0].Uploaded
	}
	return found, nil
}
