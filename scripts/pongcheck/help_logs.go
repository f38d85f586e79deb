package main

// logsPage says which logs judge reads, and how to record one.
const logsPage = `Logs

Judge reads the log of one end of a connection and judges both ends. It says
first what became of each connection: who gave up, when, and why.

Which libraries

  python-websockets   8 to 17, also inside uvicorn:
                      logging.basicConfig()
                      logging.getLogger("websockets").setLevel(logging.DEBUG)
  websocket-client    1.4 and later: websocket.enableTrace(True)
  Java-WebSocket      the logger org.java_websocket at the level TRACE. Payloads
                      count if they are text; of others it prints the length.
  Chrome              a net log (chrome://net-export). It shows how long
                      payloads are, so judge says no more than that.
  okhttp, .NET, Go,   the sentence by which they say that a Pong did not come is
  aiohttp             told. They log no frames: log at the other end.
  trio-websocket      logs what it receives, not what it sends: log at the other
                      end.
  ws for Node         logs nothing. This prints what judge reads; call it with
                      each WebSocket and a name for it:

  function logPings(ws, id) {
    const show = (mark, name, data) => {
      const hex = Buffer.from(data ?? '').toString('hex')
      const bytes = hex.replace(/..(?!$)/g, '$& ') || "''"
      const size = (hex && 'binary, ') + hex.length / 2 + ' bytes'
      const time = new Date().toISOString()
      console.log(time, 'conn=' + id, mark, name, bytes, '[' + size + ']')
    }
    for (const name of ['ping', 'pong']) {
      const word = name.toUpperCase(), send = ws[name]
      ws.on(name, data => show('<', word, data))
      ws[name] = (data, ...rest) => {
        queueMicrotask(() => show('>', word, data)) // after what it answers
        send.call(ws, data, ...rest)
      }
    }
  }

Any program can print such lines. ">" is what it sends, "<" what it receives;
the names are PING, PONG, CLOSE, TEXT, BINARY and CONT:

  > PING 0d 90 0f 00 [binary, 4 bytes]
  < PONG '' [0 bytes]
  > CLOSE 1000 (OK) bye [5 bytes]

What may stand around the lines

  - any prefix: times, levels, loggers, processes, threads, ids, places
  - the place, in brackets, or the logger behind the message: (protocol.py:745)
  - JSON, one object a line or an export as one document; logfmt, CSV, HTML
  - what kubectl, docker, syslog, journald, Heroku, GitHub and others put before
    a line, one inside the other
  - colours, UTF-16, the quotes of e-mails, the broken lines of rich
  - the newest line first

Several connections in one log need an id in each line: a UUID, an address, a
process or a thread, whatever differs from connection to connection. The
documentation of websockets shows a LoggerAdapter that adds websocket.id.

Captures of packets (pcap, tshark) are not read.

If judge exits with 3, the log shows too little to judge anything.
`
