// Package format reads and writes fuzz inputs as other engines do.
package format
