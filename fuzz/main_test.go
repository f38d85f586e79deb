package fuzz

import (
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/props/result"
)

// What these tests find is wrong on purpose, and nothing to report.
func TestMain(m *testing.M) {
	os.Unsetenv(result.Env)
	os.Exit(m.Run())
}
