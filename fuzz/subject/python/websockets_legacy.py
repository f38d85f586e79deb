"""Drives python-websockets, the legacy asyncio connections: ``PYTHONPATH=DIR python3 websockets_legacy.py``.

They have the API of the new ones and are entered by the same door, so this file is what differs: where they are, and
that they measure latency with time.perf_counter, which is turned to the loop's clock. A call that waited for writes to go
on asks once more whether the connection is open, so it may fail although its frame has left.
"""

import asyncio
import types
import warnings

import websockets_asyncio
import websockets_common as common
from websockets_asyncio import KeepaliveSeen

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # websockets.legacy is deprecated, as we know
    from websockets.legacy import protocol
    from websockets.legacy.client import WebSocketClientProtocol, connect
    from websockets.legacy.server import WebSocketServerProtocol, serve


protocol.time = types.SimpleNamespace(perf_counter=lambda: asyncio.get_running_loop().time())


class Server(KeepaliveSeen, WebSocketServerProtocol):
    pass


class Client(KeepaliveSeen, WebSocketClientProtocol):
    pass


class Subject(websockets_asyncio.Subject):
    async def serve(self, options):
        await serve(self.read, "subject", 80, create_protocol=Server, **options)

    async def connect(self, options):
        await self.read(await connect("ws://peer/", create_protocol=Client, **options))


if __name__ == "__main__":
    common.run(Subject, "legacy", "clock=virtual keepalive")
