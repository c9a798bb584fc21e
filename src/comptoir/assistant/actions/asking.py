"""Asking the model: a row and a job, the call outside any transaction, the proposal on the row."""

import time
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.assistant import tasks
from comptoir.assistant.actions.connecting import model_of
from comptoir.assistant.models import Ask, AskState, Engine, Kept, Use
from comptoir.assistant.prompts import LONGEST, seal
from comptoir.assistant.queries import newest, switched_on, today
from comptoir.conversations.models import Conversation, Message
from comptoir.core import throttle
from comptoir.core.jobs import job
from comptoir.core.models import Agent
from comptoir.ports.errors import PortError

A_MINUTE = 20  # requests of one agent
LOST_AFTER = timedelta(minutes=3)
TEXTS_FOR = timedelta(hours=1)
LOG_FOR = timedelta(days=400)
OPEN = (AskState.WAITING, AskState.ASKING)


class CannotAsk(ValueError):
    """Nothing is asked; `code` says why: off, empty, too_long, limit."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def ask(
    use: str, conversation: Conversation, *, agent: Agent, text: str = "", message: Message | None = None, language: str = ""
) -> Ask:  # fmt: skip
    """Queue one request. `text` is the draft; a summary and a customer's message are read when the job runs.

    Raises CannotAsk, and TooMany for an agent who asks without end.
    """
    if use not in switched_on():
        raise CannotAsk("off")
    if use in (Use.REWRITE, Use.SHORTEN, Use.TRANSLATE_REPLY) and not text.strip():
        raise CannotAsk("empty")
    if len(text) > LONGEST:
        raise CannotAsk("too_long")
    throttle.hit(f"assistant:{agent.pk}", limit=A_MINUTE, seconds=60)
    engine = Engine.objects.select_for_update().get(pk=1)
    requests, tokens = today()
    if requests >= engine.daily_requests or tokens >= engine.daily_tokens:
        raise CannotAsk("limit")
    row = Ask.objects.create(
        use=use, conversation=conversation, agent=agent, message=message, given=text, language=language, model=engine.model
    )  # fmt: skip
    answer.defer(ask=row.pk)
    return row


@job("asked", retry=False)
def answer(ask: int) -> None:
    """Ask the model and keep its proposal, unless nobody waits for it any more."""
    if not Ask.objects.filter(pk=ask, state=AskState.WAITING).update(state=AskState.ASKING):
        return
    row = Ask.objects.select_related("conversation__shop", "conversation__identity__customer", "message").get(pk=ask)
    engine = Engine.objects.filter(pk=1, active=True).first()
    if engine is None or row.conversation is None:
        _ended(row, AskState.FAILED, error="off")
        return
    upto = newest(row.conversation) if row.use == Use.SUMMARISE else 0
    task, text = tasks.of(row)
    if not text.strip():
        _ended(row, AskState.FAILED, error="empty")
        return
    sealed, began = seal(task, text), time.monotonic()
    try:
        told = model_of(engine).complete(sealed.prompt)
    except PortError as problem:
        row.wait = min(int(problem.retry_after), 3_600)
        row.milliseconds = _since(began)
        _ended(row, AskState.FAILED, error=problem.code or "network")
        return
    row.tokens_in, row.tokens_out, row.cut = told.tokens_in, told.tokens_out, told.cut
    row.milliseconds = _since(began)
    row.proposal = sealed.opened(told.text)[: 4 * LONGEST]
    if not row.proposal:
        _ended(row, AskState.FAILED, error="empty")
        return
    _ended(row, AskState.DONE, upto=upto)


@transaction.atomic
def cancel(row: Ask) -> None:
    """Nobody waits any more. A call under way ends by itself, and its answer is thrown away."""
    Ask.objects.filter(pk=row.pk, state__in=OPEN).update(
        state=AskState.CANCELLED, given="", proposal="", ended_at=timezone.now()
    )


@transaction.atomic
def _ended(row: Ask, state: str, *, error: str = "", upto: int = 0) -> None:
    held = Ask.objects.select_for_update().get(pk=row.pk)
    told = {name: getattr(row, name) for name in ("tokens_in", "tokens_out", "milliseconds", "wait", "cut")}
    if held.state != AskState.ASKING:  # cancelled meanwhile: what it cost is noted, what it says is not
        Ask.objects.filter(pk=row.pk).update(**told)
        return
    Ask.objects.filter(pk=row.pk).update(
        **told, state=state, error=error, proposal=row.proposal, ended_at=timezone.now()
    )
    if state == AskState.DONE and row.use in (Use.SUMMARISE, Use.TRANSLATE_MESSAGE):
        Kept.objects.update_or_create(
            conversation=row.conversation, message=row.message, use=row.use, language=row.language,
            defaults={"text": row.proposal, "upto": upto},
        )  # fmt: skip


def sweep() -> None:
    """Give up what a dead process left, delete texts after an hour and lines of the log after thirteen months."""
    now = timezone.now()
    open_rows = Ask.objects.filter(state__in=OPEN, created_at__lt=now - LOST_AFTER)
    open_rows.update(state=AskState.FAILED, error="lost", ended_at=now)
    _forget_texts(
        Ask.objects.filter(created_at__lt=now - TEXTS_FOR).exclude(given="", proposal="").values_list("pk", flat=True)
    )
    Ask.objects.filter(created_at__lt=now - LOG_FOR).delete()


def _forget_texts(rows: Collection[int]) -> None:
    Ask.objects.filter(pk__in=rows).update(given="", proposal="")


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
