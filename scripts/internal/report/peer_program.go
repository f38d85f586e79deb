package report

import (
	"cmp"
	"fmt"
	"go/format"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// PeerProgram writes a Go program that plays the peer of a recorded conversation over
// TCP, with nothing but the standard library. The person who runs it lets the application
// do its part. It is empty if the transcript does not say what the peer's bytes were.
func PeerProgram(t *model.Transcript) string {
	writes, complete := harness.PeerBytes(t)
	if !complete {
		return ""
	}
	var steps strings.Builder
	for i := range t.Steps {
		steps.WriteString(peerStep(&t.Steps[i].Op, writes[i]))
	}
	handshake := dialPeer
	if t.Config.Role == model.Client {
		handshake = acceptPeer
	}
	text := fmt.Sprintf(peerProgram, steps.String(), fmt.Sprintf(handshake, harness.DeflateHeader(t.Config.Deflate)), cmp.Or(t.Config.Cut, 1<<20))
	b, err := format.Source([]byte(text))
	if err != nil {
		return ""
	}
	return string(b)
}

// peerStep returns the statement by which the program does an op.
func peerStep(op *model.Op, written []byte) string {
	switch op.Kind {
	case model.Advance:
		return fmt.Sprintf("time.Sleep(%d) // %s\n", op.Time, op.Time)
	case model.Settle:
		return "time.Sleep(time.Second) // all that is in flight arrives\n"
	case model.Drop:
		return "conn.SetLinger(0) // the connection breaks\nconn.Close()\n"
	case model.EOF:
		return "conn.CloseWrite() // the peer ends its sending direction\n"
	}
	if written != nil {
		return fmt.Sprintf("send(conn, %q, %q)\n", oneLine(op.String()), fmt.Sprintf("%x", written))
	}
	return fmt.Sprintf("application(%q)\n", oneLine(applicationWords(op)))
}

// applicationWords says what the application, or its connection, does in an op.
func applicationWords(op *model.Op) string {
	_, rest, _ := strings.Cut(op.String(), " ")
	switch op.Kind {
	case model.Ping:
		return "send a Ping, and wait for its Pong; payload " + cmp.Or(strings.TrimPrefix(rest, "*"), "of the library's choice")
	case model.Cancel:
		return "stop waiting for the Pong of Ping " + rest
	case model.Close:
		return "close the connection, code " + cmp.Or(rest, "1000")
	case model.MsgSend:
		return "send a message: " + rest
	case model.SendPong:
		return "send a Pong that nobody asked for: " + rest
	case model.Block:
		return "from here on no write of the library gets through"
	case model.Resume:
		return "writes of the library get through again"
	}
	return op.String()
}

const peerProgram = `package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	conn, in := shakeHands(os.Args[1])
	go printReceived(in)
%s
	time.Sleep(time.Second)
	conn.Close()
}

%s
// send writes the bytes of a frame.
func send(conn net.Conn, what, text string) {
	fmt.Printf("peer: %%s: %%s\n", what, text)
	b, err := hex.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	for len(b) > 0 {
		n := min(len(b), %d)
		if _, err := conn.Write(b[:n]); err != nil {
			fmt.Println("peer: write:", err)
			return
		}
		b = b[n:]
	}
	time.Sleep(100 * time.Millisecond)
}

// application waits until the application that uses the library has done its part.
func application(what string) {
	fmt.Printf("application: %%s; then press Enter\n", what)
	fmt.Scanln()
}

// printReceived prints what the library sends, in hex.
func printReceived(in *bufio.Reader) {
	b := make([]byte, 4096)
	for {
		n, err := in.Read(b)
		if n > 0 {
			fmt.Printf("library: %%x\n", b[:n])
		}
		if err != nil {
			fmt.Println("library:", err)
			return
		}
	}
}

// acceptKey answers the key of a handshake (RFC 6455 section 4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
`

// dialPeer shakes hands as a client.
const dialPeer = `// shakeHands connects to a server at an address.
func shakeHands(address string) (*net.TCPConn, *bufio.Reader) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	const key = "dGhlIHNhbXBsZSBub25jZQ=="
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %%s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %%s\r\n"+%q+"\r\n", address, key)
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		log.Fatal(err)
	}
	if response.Header.Get("Sec-WebSocket-Accept") != acceptKey(key) {
		log.Fatal("handshake: ", response.Status)
	}
	return conn.(*net.TCPConn), in
}
`

// acceptPeer shakes hands as a server.
const acceptPeer = `// shakeHands waits for a client at an address.
func shakeHands(address string) (*net.TCPConn, *bufio.Reader) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		log.Fatal(err)
	}
	in := bufio.NewReader(conn)
	request, err := http.ReadRequest(in)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Accept: %%s\r\n"+%q+"\r\n", acceptKey(request.Header.Get("Sec-WebSocket-Key")))
	return conn.(*net.TCPConn), in
}
`
