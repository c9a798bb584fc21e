"""The peer of the live hub: a `websockets` server that sends what one says to all. `--fd N` is its socket."""

import os
import socket
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

connections: set[ServerConnection] = set()


async def talk(connection: ServerConnection) -> None:
    """Send on whatever comes."""
    connections.add(connection)
    try:
        async for message in connection:
            broadcast(connections, message)
    finally:
        connections.discard(connection)


async def main(listener: socket.socket) -> None:
    """Serve for ever."""
    async with serve(talk, sock=listener, compression=None, ping_interval=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    listener = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
    try:
        uvloop.run(main(listener))
    except KeyboardInterrupt:
        os._exit(0)
