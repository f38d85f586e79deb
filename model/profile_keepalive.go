package model

import "time"

// keepaliveProfiles are profiles of keepalives with other timings than that of
// python-websockets, as libraries document them. They fix nothing but the keepalive.
var keepaliveProfiles = []documented{
	{Profile{Name: "grpc", Keeps: true, Signs: ByteSigns, Postpones: true}, []Source{
		{"Keeps", "the client waits for Timeout after a ping of the keepalive, then closes the connection", docGRPC + "Timeout"},
		{"Signs", `"if no activity is seen even after that the connection is closed"`, docGRPC + "Timeout"},
		{"Postpones", `"After a duration of this time if the client doesn't see any activity it pings the server"`, docGRPC + "Time"},
	}},
	{Profile{Name: "smux", Keeps: true, Signs: ByteSigns, Idles: true, Polls: true}, []Source{
		{"Keeps", `"KeepAliveInterval is how often to send a NOP command to the remote"`, "github.com/xtaci/smux, Config"},
		{"Signs", `"if no data has arrived"`, "github.com/xtaci/smux, Config.KeepAliveTimeout"},
		{"Idles", `"KeepAliveTimeout is how long the session will be closed if no data has arrived"`, "github.com/xtaci/smux, Config"},
		{"Polls", "a ticker of KeepAliveTimeout asks whether data came since its last tick", "github.com/xtaci/smux, Session.keepalive"},
	}},
	{Profile{Name: "yamux", Keeps: true, Grain: 100 * time.Microsecond}, []Source{
		{"Keeps", `"KeepAliveInterval is how often to perform the keep alive"`, "github.com/hashicorp/yamux and github.com/libp2p/go-yamux, Config"},
		{"Grain", `"WriteCoalesceDelay is the maximum amount of time we'll delay coalescing a packet before sending it"`, "github.com/libp2p/go-yamux, Config"},
	}},
	{Profile{Name: "aiohttp", Keeps: true, Signs: ByteSigns, Postpones: true, Grain: time.Second}, []Source{
		{"Keeps", `"Send ping message every heartbeat seconds and wait pong response, if pong response is not received then close connection."`, docAiohttp},
		{"Signs", `"The timer is reset on any data reception."`, docAiohttp},
		{"Postpones", `"The timer is reset on any data reception."`, docAiohttp},
		{"Grain", "time-outs above a threshold are rounded up to whole seconds", "aiohttp, helpers.calculate_timeout_when"},
	}},
	{Profile{Name: "okhttp", Keeps: true, Signs: PongSigns}, []Source{
		{"Keeps", "a web socket whose peer does not answer a ping within the interval fails", "okhttp, OkHttpClient.Builder.pingInterval"},
		{"Signs", "a pong is awaited, whatever its payload", "okhttp, RealWebSocket"},
	}},
	{Profile{Name: "java-websocket", Keeps: true, Signs: PongSigns, Idles: true, Polls: true}, []Source{
		{"Keeps", `"Setter for the interval checking for lost connections"; the time-out is one and a half intervals`, docJava + "setConnectionLostTimeout"},
		{"Signs", "the time of the last pong is compared", docJava + "restartConnectionLostTimer"},
		{"Idles", "the time of the last pong is compared, whenever pings left", docJava + "restartConnectionLostTimer"},
		{"Polls", "the timer runs once an interval", docJava + "restartConnectionLostTimer"},
	}},
	{Profile{Name: "read-deadline", Keeps: true, Signs: PongSigns, Idles: true}, []Source{
		{"Keeps", `"Send pings to peer with this period. Must be less than pongWait."`, docChat + "pingPeriod"},
		{"Signs", "SetPongHandler sets the read deadline", docChat + "readPump"},
		{"Idles", `"Time allowed to read the next pong message from the peer."`, docChat + "pongWait"},
	}},
}

const (
	docGRPC    = "google.golang.org/grpc/keepalive, ClientParameters."
	docAiohttp = "aiohttp, web.WebSocketResponse, heartbeat"
	docJava    = "Java-WebSocket, AbstractWebSocket."
	docChat    = "github.com/gorilla/websocket, examples/chat/client.go, "
)
