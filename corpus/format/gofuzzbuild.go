package format

import (
	"encoding/binary"
	"errors"
)

// go-118-fuzz-build fills the arguments of a native target from the bytes of libFuzzer. Its
// two versions do so differently. Here are both, for a target with one []byte.

// encodeLength is version 1, by go-fuzz-headers: a length of four bytes, big-endian, then the
// bytes. It cannot express an empty input.
func encodeLength(in Input) ([]byte, error) {
	data, err := in.rawBytes()
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errors.New("this format cannot express an empty input")
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...), nil
}

// decodeLength follows ConsumeFuzzer.GetBytes of go-fuzz-headers (version of 2024-08-06),
// also where the length does not fit.
func decodeLength(file []byte) (Input, error) {
	if len(file) < 5 {
		return Input{}, errors.New("want a length of four bytes, then at least one: the target would not run")
	}
	n, left := binary.BigEndian.Uint32(file), uint32(len(file)-4)
	if n == 0 {
		n = 30
	}
	if n != left {
		n %= left
	}
	return Input{Form: Raw, Data: file[4 : 4+n]}, nil
}

// encodeWeight is version 2: a byte for each argument says what share of the rest it gets. The
// last argument, here the only one, gets all of the rest.
func encodeWeight(in Input) ([]byte, error) {
	data, err := in.rawBytes()
	if err != nil {
		return nil, err
	}
	return append([]byte{1}, data...), nil
}

func decodeWeight(file []byte) (Input, error) {
	return Input{Form: Raw, Data: file[min(1, len(file)):]}, nil
}
