package sweep

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Place is a place of a conversation in which a frame comes.
type Place uint8

// The places.
const (
	Fresh          Place = iota // nothing was said yet
	InPieces                    // the same, and the subject reads byte by byte
	WithDeflate                 // compression was negotiated
	InMessage                   // a message has begun
	InPlainMessage              // one that is not compressed, although that was negotiated
	InCompressed                // a compressed message has begun
	AfterPeerClose              // the peer sent a Close
	AfterClose                  // the application closed, and the peer has not answered
	places
)

var placeNames = [places]string{"fresh", "in pieces", "deflate", "in message", "in plain message", "in compressed message", "after the peer's Close", "after the application's close"}

// String names the place.
func (p Place) String() string { return placeNames[p] }

// config is how the connection is set up.
func (p Place) config() model.Config {
	switch p {
	case InPieces:
		return model.Config{Cut: 1}
	case WithDeflate, InPlainMessage, InCompressed:
		return model.Config{Deflate: model.ResetEach}
	}
	return model.Config{}
}

// opening is the op that leads there, if there is one.
func (p Place) opening(role model.Role) (model.Op, bool) {
	switch p {
	case InMessage, InPlainMessage:
		return model.Op{Kind: model.Frag, Text: true, Data: model.Bytes("a")}, true
	case InCompressed:
		return model.Op{Kind: model.Raw, Data: model.Bytes(compressedFragment[role])}, true
	case AfterPeerClose:
		return model.Op{Kind: model.PeerClose, N: 1000}, true
	case AfterClose:
		return model.Op{Kind: model.Close, N: 1000}, true
	}
	return model.Op{}, false
}

// compressedFragment is the first fragment of a compressed text message, towards each role.
// As bytes it saves a compressor for each connection.
var compressedFragment = [...]string{model.Server: firstFragment(model.Server), model.Client: firstFragment(model.Client)}

func firstFragment(role model.Role) string {
	var d frame.Deflater
	f := d.Frame(frame.Text, []byte("a"), false)
	if f.Masked = role == model.Server; f.Masked {
		f.Key = maskKey
	}
	return string(frame.Append(nil, f.Header, f.Payload))
}
