package result

import (
	"os"
	"path/filepath"
	"strings"
)

// here is the folder of the package whose tests this process runs.
var here, _ = os.Getwd()

// noted has go test run the tests again, rather than tell what it has cached, once what
// has a name is no longer as it is now: a cached run leaves nothing. It is told by a stat
// that go test takes down. That counts what is in the module, as it is spelled, so the
// name goes through the folder of the package.
func noted(name string) {
	abs, err := filepath.Abs(name)
	if err != nil || here == "" {
		return
	}
	up := strings.Repeat(".."+string(filepath.Separator), 64) // beyond the root there is the root
	os.Stat(here + string(filepath.Separator) + up + strings.TrimPrefix(abs, filepath.VolumeName(abs)))
}
