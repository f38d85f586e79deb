module github.com/pongcheck/pongcheck/fuzz/subject

go 1.26

require (
	github.com/coder/websocket v1.8.15
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/pool v0.2.1 // indirect
	github.com/gobwas/ws v1.4.0
	github.com/gorilla/websocket v1.5.3
	github.com/klauspost/compress v1.17.9 // indirect
	github.com/lxzan/gws v1.8.9
	pgregory.net/rapid v1.3.0
)
