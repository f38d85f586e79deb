// Package text reads the two forms of a trace: the text form, which people read,
// and the binary form, which fuzz engines mutate.
//
//   - The text form: [Parse], [ParseString], [ParseOp], [ParseOutcome].
//     Its grammar is in the documentation of package model, whose types write it with
//     String and AppendText.
//   - The binary form: [Encode], [AppendBinary], [Decode], [Decoder].
package text
