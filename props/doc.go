// Package props tries implementations against the model with generated traces,
// and shrinks what fails to the shortest conversation that shows it.
//
// # Index
//
//   - In a test: [Check]; with many goroutines at once: [CheckConcurrent].
//   - Without a test: [Run], [RunProperties], [RunProperty] and [RunConcurrent]. All of
//     them take [Options] and return a [Result] with its [Finding] values.
//   - For a caller that makes its own traces: [Tester].
//   - What was generated, and what it led to: [Stats], [Situation], [Generated], [Cover].
//
// # Packages
//
//   - generate makes random traces.
//   - shrink finds the simplest trace that fails, and proves that none is shorter.
//   - metamorphic has properties that are true whatever the model says.
//   - concurrent runs traces from many goroutines, and judges the histories.
//   - forgopter puts the engine behind gopter.
//   - result has the results as JSON lines.
//
// Two numbers repeat a run: trace i depends on the seed and on i alone. A failure class
// (a rule and the class of a crash) is reported once, with the first trace that showed
// it and the simplest one that shows the same class.
package props
