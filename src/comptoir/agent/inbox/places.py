"""Which list is looked at: its address, name, filters and order; and the column of views with its counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from comptoir.conversations.models import InboxKind
from comptoir.conversations.queries import counts
from comptoir.conversations.queries.lists import SPLITS
from comptoir.conversations.queries.ordering import codes, order_of, sortable
from comptoir.conversations.queries.orders import (
    BY_NAME,
    NEWEST_FIRST,
    OLDEST_FIRST,
    PRIORITY_FIRST,
    SNOOZED_FIRST,
    WAITING_FIRST,
)
from comptoir.conversations.queries.places import Named, Surroundings, surroundings
from comptoir.core.custom.filters import name_of
from comptoir.core.models import Agent


@dataclass(frozen=True, slots=True)
class Place:
    """A list with an address of its own. `counted` are the filters that its number obeys, when they differ."""

    slug: str
    icon: str
    name: Any
    filters: dict[str, Any]
    keys: str = ""
    sort: str = WAITING_FIRST
    counted: dict[str, Any] | None = None
    short: Any = ""
    split: str = ""
    columns: tuple[str, ...] = ()


DEFAULT = "team"
OWN = [
    Place("mine", "person", pgettext_lazy("vue", "À moi"), {"assignee": "me"}, "g m"),
    Place("unassigned", "inbox", gettext_lazy("Non attribuées"), {"assignee": "none"}, "g u"),
    Place("team", "people", gettext_lazy("Toute l’équipe"), {}, "g i", short=pgettext_lazy("vue", "Équipe")),
    Place("mentions", "at", gettext_lazy("Mentions"), {"mentioned": True}, "g a", counted={"mentioned": "unread"}),
    Place("snoozed", "snooze", gettext_lazy("En pause"), {"states": ["snoozed"]}, "g z"),
    Place("quiet", "megaphone", gettext_lazy("Sans réponse attendue"), {"states": ["quiet"]}, "g n", NEWEST_FIRST),
]
AWAY = [
    Place("pending", "clock", gettext_lazy("En attente"), {"states": ["pending"]}, "g p", NEWEST_FIRST),
    Place("closed", "checkc", gettext_lazy("Closes"), {"states": ["closed"]}, "g c", NEWEST_FIRST),
    Place("spam", "warn", gettext_lazy("Indésirables"), {"states": ["spam"]}, "", NEWEST_FIRST),
    Place("trash", "xc", gettext_lazy("Corbeille"), {"states": ["trash"]}, "", NEWEST_FIRST),
]
BUILT_IN = {place.slug: place for place in [*OWN, *AWAY]}
SORTS = [
    (WAITING_FIRST, gettext_lazy("Attente la plus longue d’abord")),
    (NEWEST_FIRST, gettext_lazy("Plus récentes d’abord")),
    (OLDEST_FIRST, gettext_lazy("Plus anciennes d’abord")),
    (PRIORITY_FIRST, gettext_lazy("Priorité d’abord")),
    (SNOOZED_FIRST, gettext_lazy("Fin de pause la plus proche d’abord")),
    (BY_NAME, gettext_lazy("Nom du client")),
]
RISING = {
    "date": gettext_lazy("%(field)s, du plus tôt au plus tard"),
    "": gettext_lazy("%(field)s, du plus petit au plus grand"),
}
FALLING = {
    "date": gettext_lazy("%(field)s, du plus tard au plus tôt"),
    "": gettext_lazy("%(field)s, du plus grand au plus petit"),
}
NARROWED = ("unread", "channel", "tag", "waiting", "group")


@dataclass(frozen=True, slots=True)
class Selection:
    """A place, an order and what narrows it, as an address says it."""

    place: Place
    sort: str
    narrowed: dict[str, str] = field(default_factory=dict)

    @property
    def filters(self) -> dict[str, Any]:
        """The filters of the place with what narrows it."""
        more: dict[str, Any] = {}
        if self.narrowed.get("unread"):
            more["unread"] = True
        if self.narrowed.get("waiting"):
            more["waiting"] = True
        if self.narrowed.get("channel"):
            more["channel"] = self.narrowed["channel"]
        if self.narrowed.get("tag"):
            more["tags"] = [self.narrowed["tag"]]
        if self.narrowed.get("group"):
            more["group"] = [self.place.split, self.narrowed["group"]]
        return self.place.filters | more

    @property
    def split(self) -> str:
        """By what the list is shown in parts; "" when it is one, or when one part is looked at."""
        return "" if self.narrowed.get("group") else self.place.split

    @property
    def options(self) -> str:
        """What the address adds after "?", for a list."""
        sort = {"sort": self.sort} if self.sort != self.place.sort else {}
        return urlencode(sort | self.narrowed)

    @property
    def inside(self) -> str:
        """What a conversation's address adds, so that the list stays beside it."""
        return urlencode({"in": self.place.slug}) + (f"&{self.options}" if self.options else "")

    @property
    def url(self) -> str:
        """The list's address."""
        return f"/inbox/{self.place.slug}/" + (f"?{self.options}" if self.options else "")

    @property
    def rows_url(self) -> str:
        """Where more rows come from."""
        return f"/inbox/{self.place.slug}/rows/?{self.options}"

    @property
    def list_url(self) -> str:
        """Where the list itself comes from again."""
        return f"/inbox/{self.place.slug}/list/?{self.options}"


@dataclass(frozen=True, slots=True)
class Column:
    """The column of views: groups of places, with their numbers, the shops and who is online."""

    around: Surroundings
    shared: list[Place]
    teams: list[Place]
    own: list[Place]
    shops: list[Place]
    counts: Mapping[str, int]
    apart: frozenset[str] = frozenset()  # views whose numbers are counted apart
    late: bool = False  # some of them come after the page


def column(agent: Agent) -> tuple[Column, dict[str, Place]]:
    """What stands at the left, read in two queries, and every place by its slug."""
    around = surroundings(agent)
    shared = [_view(row) for row in around.shared]
    own = [_view(row) for row in around.own]
    teams = [
        Place(f"team-{row.key}", "store" if row.detail == "store" else "people", row.name, {"team": row.key})
        for row in around.teams
    ]
    shops = [Place(f"shop-{row.key}", "bag", row.name, {"shop": row.key}) for row in around.shops]
    places = [*OWN, *shared, *teams, *(shops if len(shops) > 1 else []), *own]
    numbers = counts.counts(agent, {p.slug: p.filters if p.counted is None else p.counted for p in places})
    known = {place.slug: place for place in [*places, *AWAY]}
    apart = [place for place in (*shared, *own) if counts.counted_apart(place.filters)]
    known_now = [counts.remembered(agent, place.filters) for place in apart]
    late = any(one is None or not one[0] for one in known_now)
    return Column(around, shared, teams, own, shops, numbers, frozenset(place.slug for place in apart), late), known


def _view(row: Named) -> Place:
    return Place(
        f"view-{row.key}", row.detail or "list", row.name, row.filters, sort=row.sort if order_of(row.sort) else WAITING_FIRST,
        split=row.split if row.split in SPLITS else "", columns=row.columns,
    )  # fmt: skip


def selected(known: Mapping[str, Place], slug: str, options: Mapping[str, str]) -> Selection:
    """The list that an address names; Http404 when there is none of that name."""
    place = known.get(slug)
    if place is None:
        raise Http404
    sort = options.get("sort", "")
    kept = {name: str(options[name])[:40] for name in NARROWED if options.get(name)}
    if kept.get("channel", InboxKind.EMAIL) not in InboxKind.values:
        del kept["channel"]
    if "group" in kept and not place.split:
        del kept["group"]
    return Selection(place, sort if order_of(sort) else place.sort, kept)


def sorts_of(columns: Iterable[str] | None = None, current: str = "") -> list[tuple[str, Any]]:
    """The orders that are offered, with their names: by the fields among these columns or all, and the current one."""
    shown = None if columns is None else set(columns)
    offered: list[tuple[str, Any]] = list(SORTS)
    for one in sortable():
        if shown is None or name_of(one) in shown or current in codes(one):
            for code, names in zip(codes(one), (RISING, FALLING), strict=True):
                offered.append((code, names.get(one.kind, names[""]) % {"field": one.name}))
    return offered


def beside(request: HttpRequest) -> dict[str, str]:
    """The options of the page that a fragment's request comes from, `in` included."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    options = {name: values[-1] for name, values in parse_qs(current.query).items()}
    parts = current.path.strip("/").split("/")
    if parts[0] == "inbox" and len(parts) > 1:
        options["in"] = parts[1]
    return options


def number(count: int | None) -> str:
    """A count as the column says it: nothing above a thousand is worth counting."""
    if count is None:
        return ""
    return _("1 000+") if count > counts.COUNTED_UP_TO else str(count)
