package turbo

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Serve traces inputs for another process. It reads inputs until they end, and answers each before
// it reads the next. An input is its length and its bytes. The answer is
//
//	the length of the signature, and the signature
//	the cost: how many edges were taken, counted as coarsely as the features are
//	the number of features, and each, in order, less the one before
//
// Every number is a uvarint. An input of more than 1 MiB is an error.
func (r *Tracer) Serve(in io.Reader, out io.Writer) error {
	inputs, answers := bufio.NewReader(in), bufio.NewWriter(out)
	var input, answer []byte
	for {
		n, err := binary.ReadUvarint(inputs)
		if err == io.EOF {
			return nil
		}
		if err == nil && n > maxServed {
			err = fmt.Errorf("%d bytes, more than %d", n, maxServed)
		}
		if err == nil {
			input = slices.Grow(input[:0], int(n))[:n]
			_, err = io.ReadFull(inputs, input)
		}
		if err != nil {
			return fmt.Errorf("read an input to trace: %w", err)
		}
		answer = r.appendAnswer(answer[:0], input)
		answers.Write(answer)
		if err := answers.Flush(); err != nil {
			return fmt.Errorf("answer what an input reached: %w", err)
		}
	}
}

const (
	maxServed    = 1 << 20 // bytes of an input, and of a signature
	maxReachable = 1 << 26 // features
)

func (r *Tracer) appendAnswer(dst, input []byte) []byte {
	signature, features := r.Trace(input)
	slices.Sort(features)
	signature = signature[:min(len(signature), maxServed)]
	dst = binary.AppendUvarint(dst, uint64(len(signature)))
	dst = append(dst, signature...)
	dst = binary.AppendUvarint(dst, r.edgeCost(features))
	dst = binary.AppendUvarint(dst, uint64(len(features)))
	last := uint32(0)
	for _, f := range features {
		dst = binary.AppendUvarint(dst, uint64(f-last))
		last = f
	}
	return dst
}

// edgeCost returns the least number of edges taken.
func (r *Tracer) edgeCost(features []uint32) (n uint64) {
	for _, f := range features {
		if f < r.lanesFrom() {
			n += 1 << (f % 8)
		}
	}
	return n
}

// Reached is the answer to an input.
type Reached struct {
	Signature string   // names the failure; "" if there is none
	Features  []uint32 // sorted, each once
	Cost      uint64
}

// AppendInput appends an input for [Tracer.Serve].
func AppendInput(dst, input []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(input))), input...)
}

var errAnswer = errors.New("this is not the answer of a tracer")

// ReadReached reads an answer of [Tracer.Serve].
func ReadReached(from *bufio.Reader) (r Reached, err error) {
	n, err := binary.ReadUvarint(from)
	if err != nil {
		return r, err
	}
	if n > maxServed {
		return r, errAnswer
	}
	signature := make([]byte, n)
	if _, err := io.ReadFull(from, signature); err != nil {
		return r, err
	}
	r.Signature = string(signature)
	if r.Cost, err = binary.ReadUvarint(from); err != nil {
		return r, err
	}
	if n, err = binary.ReadUvarint(from); err != nil {
		return r, err
	}
	if n > maxReachable {
		return r, errAnswer
	}
	last := uint64(0)
	for i := range n {
		step, err := binary.ReadUvarint(from)
		if err != nil {
			return r, err
		}
		if last += step; step > 1<<32-1 || last > 1<<32-1 || step == 0 && i > 0 {
			return r, errAnswer
		}
		r.Features = append(r.Features, uint32(last))
	}
	return r, nil
}
