package specimen

import "github.com/pongcheck/pongcheck/model"

// All are the specimens, right ones and those with a fault of their time.
func All() []model.Implementation {
	return []model.Implementation{
		{Name: "specimen/asyncio", Version: "14.2", Profile: "websockets", Info: model.Everything(), New: func() model.Subject { return newAsyncio(true) }},
		{Name: "specimen/asyncio", Version: "14.1", Profile: "websockets", Info: model.Everything(), New: func() model.Subject { return newAsyncio(false) }},
		{Name: "specimen/legacy", Version: "14.1", Profile: "websockets-legacy", Info: model.Everything(), New: func() model.Subject { return &legacy{random: new(twister)} }},
	}
}

func newAsyncio(remedied bool) *asyncio {
	return &asyncio{remedied: remedied, random: new(twister)}
}
