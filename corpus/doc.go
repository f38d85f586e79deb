// Package corpus holds traces that are worth running against every
// implementation: one for each way in which ping tracking is known to have
// broken in the wild, and for each rule that those do not reach.
//
// The seeds are files in the text form of package model, in the folder seeds.
// Each opens with a comment: the story, then a line "Source:" with the project,
// the reference and the versions. They are traces, not transcripts: what is
// right is for the model to say. Every bug among them is published; bugs in the
// newest release of anything stay out until they are fixed.
//
// Below it are three packages that serve any Go project with fuzz targets, not
// only this one:
//
//   - store keeps inputs that many runs, people and machines find and share;
//   - format reads and writes them as other engines do;
//   - cover chooses the few that reach what all of them reach.
//
// # The store
//
// Everything in a store is an immutable object whose name says what it holds. Four
// kinds of names:
//
//	entry/SHA256          the raw bytes of an input, nothing else: sha256sum checks it
//	record/SHA256         one line of JSON that says something about entries
//	pack/SHA256           many entries and records in one file, named by its index
//	trash/TIME-SHA256     a pack of what was collected at TIME; still readable
//
// and, as a cache that may vanish, features/BUILD/SHA256: what entries reached in
// one build of a target.
//
// A record adds, drops or clears. An "add" puts an entry into the corpus of a target
// and says where it came from; a random number makes each one unique. A "drop" names
// the add records that its writer had seen, and a reason. An entry is in the corpus of
// a target while one of its add records is named by no drop. So
//
//   - the state is the set of the records: two stores are merged by copying what the
//     other lacks, in any order, as often as one likes, and nobody waits or locks;
//   - an add that a prune did not see survives it;
//   - adds of the kinds crash and regression are pinned: a drop that names one is not
//     written, and is without effect when somebody else wrote it;
//   - an entry that was imported is quarantined until a "clear" record says that it was
//     traced once under limits.
//
// A record is written after the entry it names, each whole or not at all: whoever is
// killed leaves at most bytes that nothing names.
//
// # Packs
//
// A pack is a text index of kind, hash and size, then the objects in one deflate
// stream. Its name is the hash of the index, and the index has the hash of each object,
// so all of it is verified, and the same objects make the same name whatever
// compressed them. Names in the index are hashes: there is no path that could lead
// elsewhere. The sizes bound what unpacking may yield before it begins. Each pack carries
// a generation, one above those it was made from. Where an object is in several packs its
// home is the one of the highest generation (then of most objects, then by name), and loose
// files come last. A pack in which nothing is at home may be deleted, by anybody at any time:
// whoever sees a home never deletes it.
//
// Nothing else deletes. What is no longer in any corpus is first packed into the trash,
// where reads still find it, and is deleted from there only after an age, which must be
// twice as long as any write may take; what came back into a corpus meanwhile is rescued first. The drop
// records stay for good, since the add records they name may come back from elsewhere.
package corpus
