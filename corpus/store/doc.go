// Package store keeps the inputs of fuzz targets: many writers, no locks, nothing to
// merge by hand. The package comment of corpus has the design.
//
// # Index
//
//   - Where: [Backend], [OpenFolder], [Memory].
//   - What: [ID], [Record], [Origin], [Kind], [Item], [Entry].
//   - In and out: [Store.Add], [Store.AddAll], [Store.Drop], [Store.Clear], [Store.Get],
//     [Store.List], [Store.Entries], [Store.Records].
//   - Between stores: [Sync].
//   - Upkeep: [Store.GC], [Store.Verify], [Store.Heal].
//   - The few that reach what all reach: [Store.Minimise], [Store.Features].
//
// Everything that is read is verified and held to the limits. What fails that is a
// [Problem]: it is named, and the rest is used.
package store
