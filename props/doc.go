// Package props tries implementations against the model with generated traces,
// and shrinks what fails to the shortest conversation that shows it.
//
// # Index
//
//   - For most tests: [Check].
//   - With gopter: [Prop], as fast as the engine; [Traces], to write properties
//     of one's own with prop.ForAll.
//   - The engine, which knows nothing of tests: [Run], [Options], [Result],
//     [Finding].
//   - Its parts: [Generator], [Shrink], [Adapt].
//   - What is generated: [Stats], [Situation].
//   - Many goroutines at once: [CheckConcurrent] in a test, [RunConcurrent] without,
//     [Race] for one trace; [History] and what is wrong with it, [Flaw].
//
// A run is made repeatable by two numbers: trace i depends on the seed and on i
// alone. A failure class (rule and class of crash) is reported once, with the
// first trace that showed it and the simplest one that shows the same class.
package props
