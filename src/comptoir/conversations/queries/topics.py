"""The tree of topics, in its order, as pages and filters read it. It is small and seldom changes: kept for seconds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db.models import Q
from django.utils.translation import get_language

from comptoir.conversations.models import Topic
from comptoir.core.remembered import Remembered
from comptoir.lib.text import unaccent

BETWEEN = " › "


@dataclass(frozen=True, slots=True)
class Node:
    """A topic where it stands in the tree."""

    key: int
    code: str
    title: str
    names: dict[str, str]
    above: tuple["Node", ...]
    shops: frozenset[int]
    archived: bool
    merged_into: str = ""
    branch: tuple[str, ...] = field(default=())

    @property
    def depth(self) -> int:
        """How far from the root, 0 being a root."""
        return len(self.above)

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.names.get((get_language() or "fr").split("-")[0]) or self.title

    @property
    def path(self) -> str:
        """« Livraison › Colis perdu »."""
        return BETWEEN.join(node.name for node in (*self.above, self))

    @property
    def words(self) -> str:
        """All its names and those above it in every language, plain, for finding it by typing."""
        nodes = (*self.above, self)
        return unaccent(" ".join(name for node in nodes for name in (node.title, *node.names.values())))


def _read() -> dict[str, Node]:
    rows = list(Topic.objects.select_related("merged_into").order_by("position", "pk"))
    limited: dict[int, set[int]] = {}
    for topic, shop in Topic.shops.through.objects.values_list("topic_id", "shop_id"):
        limited.setdefault(topic, set()).add(shop)
    below: dict[int | None, list[Topic]] = {}
    merged = {row.pk: row.merged_into_id for row in rows if row.merged_into_id}
    for row in rows:
        parent = row.parent_id
        while parent in merged:  # what stood below a merged topic stands below the other one
            parent = merged[parent]
        below.setdefault(parent, []).append(row)
    found: dict[str, Node] = {}

    def walk(parent: int | None, above: tuple[Node, ...]) -> None:
        for row in below.get(parent, ()):
            inherited = above[-1].shops if above else frozenset()
            node = Node(
                row.pk, row.code, row.name, row.names, above, frozenset(limited.get(row.pk, inherited)),
                row.archived_at is not None or bool(above and above[-1].archived),
                row.merged_into.code if row.merged_into else "", tuple(row.branch),
            )  # fmt: skip
            found[row.code] = node
            walk(row.pk, (*above, node))

    walk(None, ())
    return found


tree = Remembered(_read)  # every topic by its code, in the order of the tree


def label(code: str) -> str:
    """How a conversation's topic reads; a code without a topic reads as itself."""
    node = tree().get(current(code))
    return node.path if node else code


def offered(shops: Iterable[int] | None = None) -> list[Node]:
    """The topics that may be chosen, in the order of the tree; those of at least one of these shops, if any are given."""
    wanted = None if shops is None else set(shops)
    nodes = (node for node in tree().values() if not node.archived and not node.merged_into)
    return [node for node in nodes if wanted is None or not node.shops or node.shops & wanted]


def current(code: str) -> str:
    """The code that stands for this one today: that of the topic into which it was merged, or itself."""
    seen = set()
    while (node := tree().get(code)) is not None and node.merged_into and code not in seen:
        seen.add(code)
        code = node.merged_into
    return code


def resolve(text: str, shops: Iterable[int] | None = None) -> str:
    """The code that a text means: a code, a path (« Livraison › Colis perdu », with > or / too) or a name; "" for none."""
    typed = text.strip()
    if (node := tree().get(current(typed))) is not None:
        return node.code if shops is None or not node.shops or node.shops & set(shops) else ""
    wanted = _plain(typed)
    nodes = offered(shops)
    by_path = [node for node in nodes if wanted in {_plain(BETWEEN.join(way)) for way in _ways(node)}]
    by_name = [node for node in nodes if wanted in {_plain(name) for name in (node.title, *node.names.values())}]
    found = by_path or by_name
    return found[0].code if found and wanted else ""


def within(codes: Collection[str]) -> Q:
    """Conversations in one of these branches of the tree; `none` is without a topic."""
    branches = Topic.objects.filter(branch__overlap=list(codes)).order_by().values("code")
    made = Q(topic__in=branches) & ~Q(topic="")  # which is what the index holds
    return made | Q(topic="") if "none" in codes else made


def nearest(text: str) -> str:
    """The path that was perhaps meant; "" when none looks like it."""
    by_plain = {_plain(name): node.path for node in offered() for name in (node.path, node.name)}
    near = get_close_matches(_plain(text), list(by_plain), 1, 0.6)
    return by_plain[near[0]] if near else ""


def _ways(node: Node) -> list[list[str]]:
    """The path in the language of the house and in the reader's."""
    nodes = (*node.above, node)
    return [[one.title for one in nodes], [one.name for one in nodes]]


def _plain(text: str) -> str:
    parts = text.replace("›", ">").split(">")
    return ">".join(" ".join(unaccent(part).split()) for part in parts)
