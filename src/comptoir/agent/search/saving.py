"""A search by filters alone can be kept as a view of the inbox."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.conversations.actions.views import CannotSave, create_view
from comptoir.conversations.models import State
from comptoir.conversations.queries import search
from comptoir.conversations.queries.lists import NEWEST_FIRST
from comptoir.conversations.queries.search import values
from comptoir.conversations.queries.search.asking import Narrow
from comptoir.core import access
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.customers.models import Tag
from comptoir.lib.text import unaccent


@require_POST
@console()
def save(request: ConsoleRequest) -> HttpResponse:
    """Keep the filters of `q` as a view of the agent's own, named like them."""
    text = request.POST.get("q", "").replace("\0", "")[:200]
    filters = saveable(request.agent, search.read(text))
    if filters:
        try:
            view = create_view(text[:60], filters, NEWEST_FIRST, owner=request.agent, actor=Actor.of(request.agent))
        except CannotSave:
            messages.error(request, _("Il y a déjà cinquante vues : supprimez-en une d’abord."))
        else:
            return HttpResponseRedirect(reverse("list", args=[f"view-{view.pk}"]))
    return HttpResponseRedirect(f"{reverse('search')}?{urlencode({'q': text})}")


def saveable(agent: Agent, asked: search.Asked) -> dict[str, Any]:
    """The filters of a view; {} when the search holds more than a view can say."""
    if asked.terms or asked.excluded or asked.problems or not asked.narrows:
        return {}
    filters: dict[str, Any] = {
        "states": [s for s in State.values if s not in (State.SPAM, State.TRASH, State.MERGED, State.SIDE)]
    }
    for narrow in asked.narrows:
        made = _filter(agent, narrow)
        if made is None or narrow.leaves_out:
            return {}
        filters |= made
    return filters


def _filter(agent: Agent, narrow: Narrow) -> dict[str, Any] | None:
    plain = unaccent(narrow.value)
    if narrow.key == "state":
        state, mark = values.STATES.get(plain), values.MARKS.get(plain)
        return {"states": [state]} if state else {mark: True} if mark in ("unread", "waiting") else None
    if narrow.key == "channel" and plain in values.CHANNELS:
        return {"channel": values.CHANNELS[plain]}
    if narrow.key == "assignee":
        return {"me": {"assignee": "me"}, "moi": {"assignee": "me"}, "personne": {"assignee": "none"}, "none": {"assignee": "none"}}.get(plain)  # fmt: skip
    if narrow.key == "tag":
        names = [name for name in Tag.objects.values_list("name", flat=True) if unaccent(name) == plain]
        return {"tags": names} if names else None
    if narrow.key in ("inbox", "shop"):
        rows = access.inboxes(agent) if narrow.key == "inbox" else access.shops(agent)
        keys = [row.pk for row in rows if plain in unaccent(row.name)]
        return {narrow.key: keys[0]} if len(keys) == 1 else None
    return None
