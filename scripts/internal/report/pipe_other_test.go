//go:build !unix

package report

import "errors"

func makePipe(string) error { return errors.ErrUnsupported }
