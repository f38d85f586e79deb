// Package store keeps the inputs of fuzz targets. Many machines may add, prune and
// collect at the same time; there are no locks, and nothing is merged by hand.
//
// # Index
//
//   - Where the objects are: [Backend], [OpenFolder], [Memory].
//   - What a store holds: [ID], [Record], [Origin], [Kind], [Item], [Entry].
//   - In and out: [Store.Add], [Store.AddAll], [Store.Drop], [Store.Clear], [Store.Get],
//     [Store.List], [Store.Entries], [Store.Records].
//   - Between stores: [Sync].
//   - Upkeep: [Store.GC], [Store.Verify], [Store.Heal].
//   - The few entries that reach what all reach: [Store.Minimise], [Store.Features].
//
// The store verifies and bounds everything that it reads. What it refuses is a [Problem]
// with a name; the rest of the store stays usable.
//
// # Objects
//
// A store is a set of immutable objects. The name of an object says what it holds:
//
//	entry/SHA256          the raw bytes of an input; sha256sum checks it
//	record/SHA256         one line of JSON that says something about entries
//	pack/SHA256           many entries and records in one file, named by its index
//	trash/TIME-SHA256     a pack of what was collected at TIME; still readable
//	features/BUILD.SHA256 what entries reached in one build of a target; only a cache
//
// # Records
//
// An add record puts an entry into the corpus of a target and says where it came from. A
// random number makes each one unique. A drop record names the add records that its
// writer had seen. An entry is in a corpus while one of its add records is dropped by
// nobody. Therefore:
//
//   - The state is the set of the records. Copying what is missing merges two stores, in
//     any order and as often as one likes.
//   - An entry survives a prune that did not see its add record.
//   - Crashes and regressions are pinned: Drop refuses them, and a drop that somebody
//     else wrote has no effect on them.
//   - An imported entry is in quarantine until a clear record says that it was run once
//     under limits.
//
// A record is written after the entry that it names, and each is written whole or not at
// all. A killed writer leaves at most an entry that no record names.
//
// # Packs
//
// A pack is a text index of kind, hash and size, followed by the objects in one deflate
// stream. Its name is the hash of the index, and the index has the hash of every object.
// So everything in it is verified, and the same objects always get the same name. The
// sizes bound the unpacking before it begins, and no name in it is a path.
//
// # Generations, homes and trash
//
// Each pack has a generation: one more than that of the packs it was made from. An object
// may be in several packs; one of them is its home. The home is the pack of the highest
// generation, then the one with the most objects, then the last by name. Loose files come
// after all packs, and trash comes last. Every process computes the same home, so any
// process may delete a pack that is nobody's home.
//
// Nothing else is deleted at once. An object that no corpus needs is first copied into the
// trash, where reads still find it. Trash is deleted after an age of at least twice the
// longest write. An object that returns to a corpus before that is copied out again. Drop
// records stay for ever, since the add records that they name may come back from elsewhere.
package store
