"""What a webhook is about, and taking it: whole orders together, everything else alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from comptoir.core.actors import SYSTEM
from comptoir.core.models import Origin
from comptoir.orders import carts
from comptoir.orders.actions import take_many
from comptoir.orders.connecting import goods, parcels, privacy
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.connecting.marking import Mark
from comptoir.orders.data import BadOrder, check, tidied
from comptoir.orders.models import Connection, RawNotice
from comptoir.ports.carrier import CarrierPort, Followed
from comptoir.ports.carts import KeepsCarts
from comptoir.ports.shop import Notice, OrderData, ShopPort

SILENT = ("ping", "cart", "draft", "thread", "other")  # nothing of the house's is in these (yet)


@dataclass(frozen=True, slots=True)
class Piece:
    """A webhook with what it says. `order` is a whole order that was checked; `order_id` one that has to be read."""

    notice: RawNotice
    said: Notice
    order: OrderData | None = None
    order_id: str = ""
    refusal: str = ""
    followed: Followed | None = None

    @property
    def together(self) -> bool:
        """Whether it can be taken with others in few statements."""
        return self.order is not None and not self.refusal


def of_shop(batch: Sequence[RawNotice], port: ShopPort) -> list[Piece]:
    """What each says: pure, whatever the bytes are."""
    return [_piece(notice, port.parse(notice.topic, bytes(notice.body))) for notice in batch]


def of_carrier(notice: RawNotice, port: CarrierPort) -> Piece:
    """What a carrier says."""
    followed = port.parse(bytes(notice.body))
    return Piece(notice, Notice("shipment"), refusal=followed.problem, followed=followed)


def _piece(notice: RawNotice, said: Notice) -> Piece:
    if said.problem:
        return Piece(notice, said, refusal=said.problem)
    if said.gone:
        return Piece(notice, said)
    if said.order is not None and said.kind in ("order", "refund", "shipment", "return"):
        return checked(notice, said, said.order)
    needs = said.order_id or (said.external_id if said.kind == "order" else "")
    return Piece(notice, said, order_id=needs if said.kind not in (*SILENT, "privacy", "product", "customer") else "")


def checked(notice: RawNotice, said: Notice, order: OrderData) -> Piece:
    """The order as it can be kept, or why not."""
    order = tidied(order)
    try:
        check(order)
    except BadOrder as problem:
        return Piece(notice, said, refusal=str(problem))
    return Piece(notice, said, order=order)


def fetched(account: Connection, piece: Piece) -> Piece:
    """The order that a thin payload names, read from the platform: outside any transaction. Raises PortError."""
    order = shop_of(account).order(piece.order_id)
    if order is None:
        return replace(piece, said=replace(piece.said, gone=True), order_id="")
    return checked(piece.notice, piece.said, order)


def take_together(account: Connection, pieces: Sequence[Piece]) -> list[Mark]:
    """Take whole orders; inside a transaction."""
    orders = [piece.order for piece in pieces if piece.order is not None]
    taken = take_many(account.shop, orders, origin=Origin.LIVE, actor=SYSTEM, connection=account)
    customers = {done.order.external_id: done.order.identity.customer for done in taken}
    return [
        Mark(
            piece.notice,
            RawNotice.State.DONE,
            customer=customers[order.external_id].pk,
            erased=customers[order.external_id].erased_at is not None,
        )
        for piece, order in zip(pieces, orders, strict=True)
    ]


def take_one(account: Connection, notice: RawNotice, piece: Piece) -> Mark:
    """Take what stands alone; inside a transaction."""
    said = piece.said
    if piece.refusal:
        return Mark(notice, RawNotice.State.FAILED, piece.refusal)
    if piece.followed is not None:
        return parcels.take(account, notice, piece.followed)
    if piece.order is not None:
        return replace(take_together(account, [piece])[0], notice=notice)
    if said.kind == "privacy":
        customer = privacy.ask(account, said)
        held = customer is not None or said.privacy == privacy.OF_A_SHOP
        words = "" if held else _("Rien n’est gardé sur cette personne.")
        return Mark(notice, RawNotice.State.DONE if held else RawNotice.State.IGNORED, words, customer, not held)
    if said.kind == "cart" and not isinstance(shop_of(account), KeepsCarts):
        return _cart(account, notice, said)
    if said.gone:
        return Mark(
            notice, RawNotice.State.IGNORED, _("La boutique n’a plus cet objet\u202f; ce qui est gardé ici reste.")
        )
    if said.product is not None:
        goods.take_products(account.shop, [said.product])
        return Mark(notice, RawNotice.State.DONE)
    if said.customer is not None:
        goods.take_customers(account, [said.customer], origin=Origin.LIVE)
        return Mark(notice, RawNotice.State.DONE, customer=_whose(account, said))
    return Mark(notice, RawNotice.State.IGNORED, _("Rien à prendre dans ce message."))


def _cart(account: Connection, notice: RawNotice, said: Notice) -> Mark:
    """A cart that is told of by a platform that cannot be asked: kept when we know whose it is."""
    if said.gone:
        carts.gone(account, said.external_id)
        return Mark(notice, RawNotice.State.DONE)
    owner = carts.owners(account, [said.cart]).get(said.cart.external_id) if said.cart else None
    if said.cart is None or owner is None:
        return Mark(
            notice, RawNotice.State.IGNORED, _("Le panier n’est à personne que la maison connaît."), erased=True
        )
    carts.keep(account, said.cart, owner)
    return Mark(notice, RawNotice.State.DONE, customer=owner.customer_id)


def _whose(account: Connection, said: Notice) -> int | None:
    found = privacy.customer_of(account, said.customer) if said.customer else None
    return found.pk if found else None
