// Package forgopter puts the engine of package props behind gopter: properties,
// generators, shrinkers and commands.
//
//   - [Prop] is the property that an implementation keeps to a profile. It is as fast
//     as the engine itself.
//   - [Traces] and [ShrinkTraces] generate and shrink traces for a property of your own
//     with prop.ForAll. [Replay] runs such a trace as gopter's commands.
//   - [Commands] are for commands.Prop. Prefer Prop, or Replay with Traces.
//
// It is a package of its own because gopter's go.mod pulls more than a hundred modules
// into the module graph of a program that imports it.
package forgopter
