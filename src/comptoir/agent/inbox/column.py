"""The column of views as HTML, written in Python as the rows are: it stands in every answer of the inbox."""

from dataclasses import dataclass
from html import escape
from time import monotonic_ns

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.agent.inbox.places import AWAY, OWN, Column, Place, number
from comptoir.conversations.queries.counts import TASKS
from comptoir.ui.icon import svg
from comptoir.ui.templatetags.comptoir_ui import avatar

ONLINE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Drawn:
    """The links at the left, the same as chips for a phone, and who is online."""

    links: SafeString
    chips: SafeString
    online: SafeString


def drawn(views: Column, current: str) -> Drawn:
    """The column with `current` as the place that is looked at."""
    groups = [("", OWN), (_("Vues partagées"), views.shared), (_("Équipes, magasins"), views.teams)]
    if len(views.shops) > 1:
        groups.append((_("Boutiques"), views.shops))
    groups.append((_("Mes vues"), views.own))
    links = [_head(views)]
    for title, places in groups:
        if places:
            links.append((f"<h2>{title}</h2>" if title else "") + _list(views, places, current))
    links.append(_own_tools() + _tasks(views))
    opened = " open" if any(place.slug == current for place in AWAY) else ""
    others = _("Autres")  # texts inside an f-string are not found for translation
    if views.late:  # their numbers come after the page; a new id each time, so that it is asked again
        links.append(
            f'<i hidden id="late-{monotonic_ns()}" hx-get="/views/counts/" hx-trigger="load" hx-swap="none"></i>'
        )
    links.append(
        f'<details class="away"{opened}><summary>{others}{svg("down", "i i-xs")}</summary>{_list(views, AWAY, current)}</details>'
    )
    chips = [_chip(views, place, current) for _title, places in [*groups, ("", AWAY)] for place in places]
    return Drawn(_safe("".join(links)), _safe("".join(chips)), _online(views))


def _tasks(views: Column) -> str:
    name, count = _("Mes tâches"), number(views.counts.get(TASKS) or None)
    return (
        f'<ul><li><a href="/tasks/" data-key="g t" title="{name} · G T">{svg("check", "i")}<span>{name}</span>'
        f"<b>{count}</b></a></li></ul>"
    )


def _own_tools() -> str:
    name = _("Gérer les vues")
    return f'<p class="tools"><a class="link" href="/views/all/" data-key="g v" title="{name} · G V">{svg("list", "i i-xs")}{name}</a></p>'


def _head(views: Column) -> str:
    if len(views.shops) > 1:
        everywhere = _("Toutes les boutiques")
        return f'<a class="shop clip" href="/inbox/team/">{everywhere}</a>'
    name = views.shops[0].name if views.shops else "Comptoir"
    return f'<span class="shop"><span class="clip">{escape(str(name))}</span></span>'


def _list(views: Column, places: list[Place], current: str) -> str:
    return f"<ul>{''.join(_link(views, place, current) for place in places)}</ul>"


def _link(views: Column, place: Place, current: str) -> str:
    name = escape(str(place.name))
    here = ' aria-current="page"' if place.slug == current else ""
    keys = f' data-key="{place.keys}" title="{name} · {place.keys.upper()}"' if place.keys else ""
    count = number(views.counts.get(place.slug))
    if place.slug in views.apart:
        count = f'<b id="n-{place.slug}">{count or "…"}</b>'
    else:
        count = f"<b>{count}</b>"
    return f'<li><a href="/inbox/{place.slug}/"{here}{keys}>{_icon(place.icon)}<span>{name}</span>{count}</a></li>'


def _icon(name: str) -> str:
    try:
        return svg(name, "i")
    except LookupError:  # a view keeps the name of a drawing that is gone
        return svg("list", "i")


def _chip(views: Column, place: Place, current: str) -> str:
    here = place.slug == current
    name, count = escape(str(place.short or place.name)), number(views.counts.get(place.slug))
    marked = ' acc" aria-current="page' if here else ""
    return f'<a class="chip{marked}" href="/inbox/{place.slug}/">{name} {count}</a>'


def _online(views: Column) -> SafeString:
    people = views.around.online
    faces = "".join(
        avatar(row.name, "", "away" if row.position else "on", photo=row.detail) for row in people[:ONLINE_SHOWN]
    )
    text = ngettext("%(n)s collègue en ligne", "%(n)s en ligne", len(people)) % {"n": len(people)}
    if not people:
        text = _("Personne d’autre en ligne")
    return _safe(f'<p><span class="avs">{faces}</span><span class="muted">{text}</span></p>')


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 (every value above is escaped)
