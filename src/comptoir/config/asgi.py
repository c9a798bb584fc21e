"""One ASGI application, one address: `/live/` is answered on the loop by the hub, all else by Django in threads."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils.module_loading import import_string

from comptoir.config import listening, serving_state
from comptoir.config.body import Receive, Scope, Send
from comptoir.config.bridge import Bridge
from comptoir.config.hub import Hooks, Hub
from comptoir.config.live import PATH, Live


class Application:
    """Comptoir as one ASGI application."""

    def __init__(self, bridge: Bridge, hub: Hub) -> None:
        self.bridge = bridge
        self.hub = hub
        self.live = Live(hub)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or start and stop with the server."""
        if scope["type"] == "http":
            if scope["path"] == PATH:
                await self.live(scope, receive, send)
            else:
                await self.bridge(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live_as_long_as_the_server(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live_as_long_as_the_server(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.hub.start()
        serving_state.register(self.hub)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.end()
        await send({"type": "lifespan.shutdown.complete"})

    def end(self) -> None:
        """End streams and give up bodies under way, so that the server's own stop has nothing to wait for."""
        if not self.hub.closed:
            self.hub.close()
            self.bridge.bodies.close()


def application() -> Application:
    """The product's own (also for `uvicorn --factory comptoir.config.asgi:application`; `comptoir web` does more)."""
    hooks: dict[str, Any] = {name: import_string(dotted) for name, dotted in settings.LIVE_HOOKS.items()}
    hub = Hub(Hooks(**hooks, release=close_old_connections), listening.parameters)
    for addresses in (settings.ROOT_URLCONF, settings.SHOP_URLCONF):
        import_module(addresses)  # a page that cannot be loaded is told now, not to the first visitor
    return Application(Bridge(get_wsgi_application(), settings.ENVIRONMENT.threads), hub)
