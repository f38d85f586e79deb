package store_test

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// Two machines fuzz and share what they find. One prunes while the other finds the same
// entry again: it stays.
func Example() {
	ctx := context.Background()
	origin := store.Origin{Target: "example.com/m.FuzzX", Kind: store.Found}
	here, there := store.New(&store.Memory{}), store.New(&store.Memory{})

	id, err := here.Add(ctx, store.Input{Data: []byte("0\r\n"), Origin: origin})
	check(err)
	_, err = store.Sync(ctx, there, here)
	check(err)

	check(here.Drop(ctx, origin.Target, store.DropReason{Reason: "covered"}, id))
	_, err = there.Add(ctx, store.Input{Data: []byte("0\r\n"), Origin: origin})
	check(err)

	_, err = store.Sync(ctx, here, there)
	check(err)
	for e, err := range here.Entries(ctx, store.Filter{}) {
		check(err)
		fmt.Printf("%.8s %q\n", e.ID, e.Data)
	}
	// Output:
	// 13bf7b30 "0\r\n"
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
