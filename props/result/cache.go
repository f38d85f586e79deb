package result

import (
	"os"
	"path/filepath"
	"strings"
)

// here is the folder of the package whose tests this process runs; go test starts them there.
var here, _ = os.Getwd()

// noted makes go test run the tests again if the file of that name has been deleted or
// changed. Otherwise go test would print the result that it has cached, and a cached
// run writes no results.
//
// The trick: while a test runs, go test records every file that the test asks about
// (os.Stat, os.Open), and its cached result is valid only while these files are as they
// were. But it records only names that begin with the folder of the module. So noted
// spells the name as a path through the package's own folder: HERE/../../../results/x.
// There are 64 times "..", as above the root there is only the root.
func noted(name string) {
	abs, err := filepath.Abs(name)
	if err != nil || here == "" {
		return
	}
	up := strings.Repeat(".."+string(filepath.Separator), 64)
	os.Stat(here + string(filepath.Separator) + up + strings.TrimPrefix(abs, filepath.VolumeName(abs)))
}
