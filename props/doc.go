// Package props tries implementations against the model with generated traces,
// and shrinks what fails to the shortest conversation that shows it.
//
// # Index
//
//   - For most tests: [Check].
//   - With gopter: package forgopter.
//   - The engine, which knows nothing of tests: [Run], [Options], [Result],
//     [Finding].
//   - Proof that nothing is shorter, or that nothing fails: [Exhaust],
//     [Alphabet], [Certificate].
//   - Its parts: [Generator], [Shrink].
//   - Beyond agreement with the model: [Properties], [FindProperty], [RunProperties],
//     [Violation].
//   - What is generated, and what it leads to: [Stats], [Situation], [Generated],
//     [Cover].
//   - Many goroutines at once: [CheckConcurrent] in a test, [RunConcurrent] without,
//     [Race] for one trace; [History] and what is wrong with it, [Flaw].
//
// A run is made repeatable by two numbers: trace i depends on the seed and on i
// alone. A failure class (rule and class of crash) is reported once, with the
// first trace that showed it and the simplest one that shows the same class.
package props
