package report_test

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// implementation is what the user of a pasted test writes: here one without the bugs.
func implementation() *model.Implementation {
	impl, _ := specimen.Find("specimen/asyncio@14.2")
	return impl
}
