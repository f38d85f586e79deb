"""Records a debug log of a real python-websockets server on loopback.

    pip install --target /tmp/old --no-deps websockets==8.1
    PYTHONPATH=/tmp/old python3 record.py [WORD ...] >websockets-8.1-cstring.log

The client treats payloads as C strings, as that of the incident did: its Pong
ends before the first NUL. Words change that:

    honest   it echoes everything
    two      two clients at once
    ids      each line has the id of its connection, as the documentation advises
    silent   it answers no Ping, and the server's keepalive gives up

Paths are shortened by hand. Releases before 10.0 pass a loop to asyncio that
Python 3.10 and later refuse: it is taken away first.
"""
import asyncio
import functools
import logging
import os
import struct
import sys


def without_loop(f):
    @functools.wraps(f)
    def g(*args, **kwargs):
        kwargs.pop("loop", None)
        return f(*args, **kwargs)
    return g


for name in "sleep", "wait", "wait_for", "Lock":
    setattr(asyncio, name, without_loop(getattr(asyncio, name)))
if not hasattr(asyncio, "coroutine"):
    asyncio.coroutine = lambda f: f

import websockets  # noqa: E402

PAYLOADS = [bytes.fromhex("a1b2c3d4"), bytes.fromhex("0d900f00"), b"", b"plain text", b"it's", b'"\\\n', bytes(range(100, 200)), b"x" * 120]


class Ids(logging.LoggerAdapter):
    def process(self, msg, kwargs):
        ws = kwargs.get("extra", {}).get("websocket")
        return (f"{ws.id} {msg}" if ws else msg), kwargs


async def handler(ws, path=None):
    if "silent" in sys.argv:
        await ws.wait_closed()
        return
    for payload in PAYLOADS:
        await ws.send("tick")
        waiter = await ws.ping(payload)
        try:
            await asyncio.wait_for(waiter, 0.05)
        except asyncio.TimeoutError:
            pass
    await ws.recv()


async def client(port):
    honest = "honest" in sys.argv
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    await r.readuntil(b"\r\n\r\n")

    def send(op, data):
        key = os.urandom(4)
        w.write(bytes([0x80 | op, 0x80 | len(data)]) + key + bytes(b ^ key[i % 4] for i, b in enumerate(data)))

    send(9, b"are you there?")
    pongs = 0
    while True:
        try:
            op, n = await r.readexactly(2)
        except asyncio.IncompleteReadError:
            break
        data = await r.readexactly(n)
        if op & 15 == 9 and "silent" not in sys.argv:
            send(10, data if honest else data.split(b"\0")[0])
            pongs += 1
            if pongs == len(PAYLOADS):
                send(1, b"bye")
        elif op & 15 == 8:
            send(8, data)
    w.close()


async def main():
    logging.basicConfig(format="%(asctime)s %(levelname)s [%(name)s] %(message)s", level=logging.DEBUG, stream=sys.stdout)
    options = {"ping_interval": 0.05, "ping_timeout": 0.05} if "silent" in sys.argv else {"ping_interval": None}
    if "ids" in sys.argv:
        options["logger"] = Ids(logging.getLogger("websockets.server"), None)
    server = await websockets.serve(handler, "127.0.0.1", 0, **options)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*[client(port) for _ in range(2 if "two" in sys.argv else 1)])
    await asyncio.sleep(0.1)
    server.close()
    await server.wait_closed()


asyncio.run(main())
