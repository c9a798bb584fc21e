"""What an act would do, asked of the platform where there is one. The network is used: never call it in a transaction."""

from dataclasses import dataclass, replace

from comptoir.core.models import Agent
from comptoir.orders.gestures import authority, platforms, reckoning
from comptoir.orders.gestures.authority import Verdict, Weighed
from comptoir.orders.models import Order
from comptoir.ports.shop import Quote, Request


class PlatformRefuses(Exception):
    """The platform would not do it; the text says why, in words for a person."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A quote and what it uses of the limits (`charge`); `by_hand` without a platform."""

    order: Order
    quote: Quote
    charge: int
    by_hand: bool

    @property
    def act(self) -> Weighed:
        """As the matrix sees it."""
        request = self.quote.request
        return Weighed(self.order, request.verb, self.charge, self.quote.currency, request.reason)


@dataclass(frozen=True, slots=True)
class Quoted(Reckoned):
    """A quote with what the matrix says to it."""

    verdict: Verdict


def quote(order: Order, request: Request, agent: Agent) -> Quoted:
    """Quote it for an agent. Raises what `reckoned` raises."""
    told = reckoned(order, request)
    return Quoted(order, told.quote, told.charge, told.by_hand, authority.judge(agent, told.act))


def reckoned(order: Order, request: Request) -> Reckoned:
    """Quote it. Raises CannotAct for what cannot be asked, PlatformRefuses, PortError when the platform is out of reach."""
    port = platforms.port_of(order)
    known = port.capabilities if port is not None else None
    asked = reckoning.check(order, replace(request, order_id=order.external_id, currency=order.currency), known)
    told = port.quote(asked) if port is not None else reckoning.by_hand(order, asked)
    if told.refusal:
        raise PlatformRefuses(told.refusal)
    told = replace(told, request=replace(told.request, order_id=asked.order_id))
    return Reckoned(order, told, reckoning.charge(order, told), port is None)
