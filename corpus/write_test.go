package corpus

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a", "b.txt")
	for text, write := range map[string]func(name, text string) error{"one": WriteFile, "other": WriteFileSync} {
		if err := write(name, text); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != text {
			t.Errorf("got %q, %v, want %q", got, err, text)
		}
	}
	if err := WriteFile(filepath.Join(name, "below-a-file"), "text"); err == nil {
		t.Error("want an error below a file")
	}
	if err := WriteFile(filepath.Join(folder, "a"), "over a folder"); err == nil {
		t.Error("want an error over a folder")
	}
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if left, err = filepath.Glob(filepath.Join(folder, ".new-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
