"""Connecting a model: its address, its key, what it may be asked for, how much a day."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from comptoir.assistant.models import Engine
from comptoir.assistant.queries import switched_on
from comptoir.core import keys
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.shops import changed_fields
from comptoir.ports import registry
from comptoir.ports.errors import PortError
from comptoir.ports.llm import Completion, LanguageModel, Prompt

EDITABLE = ("base_url", "model", "uses", "daily_requests", "daily_tokens", "active")


@transaction.atomic
def connect(values: Mapping[str, Any], *, key: str = "", actor: Actor) -> Engine:
    """Keep what the form says (EDITABLE); a key that is typed replaces the former one, which is never shown again.

    Another host loses the former key: it was given to the host that was there.
    """
    row = Engine.objects.select_for_update().filter(pk=1).first() or Engine()
    moved = _host(values.get("base_url", row.base_url)) != _host(row.base_url)
    before, after = changed_fields(row, {name: values[name] for name in EDITABLE if name in values})
    if key or (moved and row.secret):
        row.secret = keys.encrypt(key)
        after["secrets"] = True
    if after:
        row.save()
        record(row, "engine.edited", actor=actor, before=before, after=after)
        switched_on.changed()
    return row


def model_of(row: Engine) -> LanguageModel:
    """The adapter, ready to be asked; raises PortError when its key cannot be read any more."""
    adapter = registry.get("llm", row.adapter)
    try:
        given = {"base_url": row.base_url, "model": row.model, "key": keys.decrypt(row.secret)}
    except keys.CannotDecrypt as lost:
        raise PortError("The key was encrypted with another keyring.", permanent=True, code="refused") from lost
    made: LanguageModel = adapter(given, allow=settings.ENVIRONMENT.private_hosts)
    return made


def try_out(row: Engine) -> Completion:
    """Ask something harmless now, outside any transaction; raises PortError. It is not logged."""
    return model_of(row).complete(Prompt("Answer with the single word: bonjour", "bonjour", longest=20))


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].lower()
