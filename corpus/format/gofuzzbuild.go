package format

import (
	"encoding/binary"
	"errors"
)

// The two encodings by which go-118-fuzz-build fills the arguments of a native target from
// the bytes of libFuzzer; here for one []byte.

// encodeLength is the first one, by go-fuzz-headers: four bytes of length, big-endian, then
// the bytes. It can not say that there are none.
func encodeLength(in Input) ([]byte, error) {
	data, err := in.rawBytes()
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errors.New("this format can not say that there are no bytes")
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

// encodeWeight is the second one: a byte for each argument of variable length says what
// share of the rest it gets; the last one, here the only one, gets all of it.
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
