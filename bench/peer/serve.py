"""`python -m bench.peer.serve web --fd N`: django-helpdesk on the server that serves ours: uvicorn, pages in threads."""

import gc
import os
import socket
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer.settings"

import uvicorn
from django.core.wsgi import get_wsgi_application

from comptoir.config.bridge import Bridge

THREADS = 8


def main() -> None:
    """Serve until SIGTERM."""
    listener = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
    served = Bridge(get_wsgi_application(), THREADS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 200)
    configured = uvicorn.Config(
        served, loop="uvloop", http="httptools", ws="none", lifespan="off", log_config=None, access_log=False
    )
    uvicorn.Server(configured).run(sockets=[listener])


if __name__ == "__main__":
    main()
