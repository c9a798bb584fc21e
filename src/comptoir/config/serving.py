"""`comptoir web`: uvicorn with the one application, ended within seconds whatever is open."""

import argparse
import gc
import os
import socket
import sys

import uvicorn
from django.conf import settings

from comptoir.config import parenthood
from comptoir.config.asgi import Application, application
from comptoir.config.sockets import BACKLOG, bind, raise_file_limit, refusal

GRACE_SECONDS = 2


class Server(uvicorn.Server):
    """uvicorn that ends live streams and uploads first: it waits for connections, and they would never close."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self.application = application

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then put all that was loaded out of the collector's sight: it paused 5,000 streams for 0.6 s."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(5_000, 20, 200)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop within GRACE_SECONDS."""
        self.application.end()
        await super().shutdown(sockets)


def configuration(application: Application) -> uvicorn.Config:
    """uvicorn's settings. Proxies' headers are ours to judge (config.middleware.requests)."""
    return uvicorn.Config(
        application,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
    )


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--host", default=settings.ENVIRONMENT.host)
    parser.add_argument("--port", type=int, default=settings.ENVIRONMENT.port)
    parser.add_argument("--fd", type=int, help="serve on a socket that is open already")
    parser.add_argument("--reuse-port", action="store_true", help="share the port with other web processes")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parenthood.end_with_parent()
    raise_file_limit()
    try:
        if arguments.fd is not None:
            listener = socket.socket(fileno=arguments.fd)
        else:
            listener = bind(arguments.host, arguments.port, reuse_port=arguments.reuse_port)
    except OSError as error:
        print(refusal(arguments.host, arguments.port, error), file=sys.stderr)
        return 1
    served = application()
    server = Server(configuration(served), served)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    # Threads that still work for clients that are gone must not hold the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if server.started else 1)
