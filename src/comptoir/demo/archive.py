"""Writing the conversations down: rows in bulk, with what a conversation repeats of its messages kept right."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from comptoir.conversations import threading
from comptoir.conversations.models import (
    Attachment,
    Conversation,
    ConversationOrder,
    Delivery,
    Draft,
    InboxKind,
    Mention,
    Message,
    MessageKind,
    Participant,
    ReadMark,
    State,
)
from comptoir.core import files
from comptoir.core.actors import ActorKind
from comptoir.core.models import Event, Origin
from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.demo.clock import Clock
from comptoir.demo.house import House
from comptoir.demo.pictures import picture
from comptoir.demo.subjects import code_of
from comptoir.demo.talks import Said, Talk
from comptoir.demo.threads import length
from comptoir.lib.html import from_text
from comptoir.lib.text import preview

KINDS = {"c": MessageKind.CUSTOMER, "a": MessageKind.REPLY, "n": MessageKind.NOTE}
VERBS = {"c": "message.received", "a": "conversation.replied", "n": "conversation.noted"}
DRAFT = (
    "<p>Bonjour Claire,</p><p>Vous avez raison, et j’en suis désolée\u202f: votre colis n’a pas quitté le dépôt. Je vous renvoie "
    "dès aujourd’hui serviettes et bougie, à domicile par Colissimo et à nos frais.</p>"
)


@dataclass(eq=False)
class Written:
    """A conversation's row beside what it was made from, and its messages."""

    talk: Talk
    row: Conversation
    messages: list[Message] = field(default_factory=list)


class Archive:
    """Saves conversations; nothing is queued and nobody is told."""

    def __init__(self, clock: Clock, house: House) -> None:
        self.clock = clock
        self.house = house
        self.dice = random.Random("alba: keys")
        self.events: list[Event] = []

    def write(self, talks: list[Talk]) -> list[Written]:
        """Save all conversations with everything that hangs on them."""
        self._visitors(talks)
        written = [Written(talk, self._conversation(talk)) for talk in sorted(talks, key=lambda one: one.said[0].at)]
        Conversation.objects.bulk_create([one.row for one in written], batch_size=500)
        for one in written:
            one.messages = [self._message(one, said, place) for place, said in enumerate(one.talk.said)]
        Message.objects.bulk_create([row for one in written for row in one.messages], batch_size=500)
        self._attach(written)
        self._link(written)
        for one in written:
            self._happened(one)
        newest = Subquery(
            Message.objects.filter(conversation=OuterRef("pk"), kind=MessageKind.CUSTOMER)
            .order_by("-pk")
            .values("pk")[:1]
        )
        Conversation.objects.filter(pk__in=[one.row.pk for one in written]).update(newest_message=Coalesce(newest, 0))
        self._read(written)
        self._draft(written)
        return written

    def key(self) -> uuid.UUID:
        """A public key, the same at every run."""
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def _visitors(self, talks: list[Talk]) -> None:
        """A chat with someone unknown belongs to the visit, not to an address."""
        made: list[Identity] = []
        for talk in talks:
            if not talk.anonymous and talk.person.identities:
                continue
            row = talk.person.customer
            if talk.anonymous:
                row = Customer(language=talk.thread.language, since=talk.said[0].at.date())
            public = self.key()
            made.append(Identity(kind=IdentityKind.CHAT, value=public.hex, name=row.name, customer=row))
            talk.facts["visit"] = public.hex
        Customer.objects.bulk_create([identity.customer for identity in made if identity.customer.pk is None])
        Identity.objects.bulk_create(made)
        self.visits = {identity.value: identity for identity in made}

    def _identity(self, talk: Talk) -> Identity:
        visit = talk.facts.get("visit")
        if visit:
            return self.visits[visit]
        if talk.thread.get("channel") == "phone":
            phones = [identity for identity in talk.person.identities if identity.kind == IdentityKind.PHONE]
            return phones[0] if phones else talk.person.identity
        return talk.person.identity

    def _conversation(self, talk: Talk) -> Conversation:
        thread, identity = talk.thread, self._identity(talk)
        inbox = self.house.inboxes[thread.get("channel", "email")]
        visit = talk.facts.get("visit")
        row = Conversation(
            public_id=uuid.UUID(visit) if visit else self.key(),
            shop=self.house.shop,
            inbox=inbox,
            identity=identity,
            channel=inbox.kind,
            subject=talk.subject,
            customer_name=identity.customer.name or "Visiteur du site",
            topic=code_of(thread.get("topic"), (name.strip() for name in thread.get("tags").split(","))),
            language=thread.language,
            state=talk.state,
            priority=int(thread.get("priority") or 0),
            assignee=self.house.agents.get(talk.agent) if talk.state not in (State.SPAM, State.TRASH) else None,
            team=self.house.teams.get(
                thread.get("team") or ("Service client" if thread.language == "fr" else "International")
            ),
            created_at=talk.said[0].at,
            put_away_at=self.clock.now if talk.state in (State.SPAM, State.TRASH) else None,
        )
        self._sum_up(row, talk)
        if talk.state == State.SNOOZED:
            until = self.clock.day(0, 9, 30) if self.clock.now.hour >= 10 else self.clock.now
            row.snoozed_until = until + length(thread.get("until", "2d"))
        if inbox.kind == InboxKind.CHAT:
            row.page_title = thread.get("page") or "Maison Alba"
            row.page_url = f"{settings.PUBLIC_URL}/s/maison-alba/"
            row.visitor_seen_at = talk.said[-1].at
        return row

    def _message(self, one: Written, said: Said, place: int) -> Message:
        row, inbox, line = one.row, one.row.inbox, said.line
        mail = self.house.inboxes["email"]
        kind = MessageKind.CALL if line.call else KINDS[line.kind]
        message = Message(
            public_id=self.key(), conversation=row, inbox=inbox, kind=kind, text=said.text, created_at=said.at,
            agent=self.house.agents.get(said.agent),
        )  # fmt: skip
        if kind == MessageKind.CUSTOMER:
            self._from_customer(message, one, place)
        elif kind == MessageKind.REPLY:
            message.html = from_text(said.text)
            message.delivery, message.sent_at = Delivery.SENT, said.at + timedelta(seconds=6)
            if inbox.kind == InboxKind.CHAT:
                message.delivery, message.seen_at = Delivery.SEEN, said.at + timedelta(seconds=9)
            else:
                message.inbox, message.subject = mail, f"Re: {row.subject}" if place else row.subject
                message.sender = {"email": mail.address, "name": mail.sender_name}
                message.to = [{"email": one.talk.person.identity.value, "name": row.customer_name}]
                message.message_id = threading.new_message_id(message.public_id, row.pk, mail)
                message.in_reply_to = [before.message_id for before in one.messages[-1:] if before.message_id]
        else:
            message.html = self._note(said)
        one.messages.append(message)
        return message

    def _from_customer(self, message: Message, one: Written, place: int) -> None:
        row, inbox = one.row, one.row.inbox
        message.identity, message.language = row.identity, row.language
        message.subject = row.subject if inbox.kind in (InboxKind.EMAIL, InboxKind.FORM) else ""
        message.automatic = "bulk" in one.talk.thread.facts
        if inbox.kind == InboxKind.PHONE:
            return
        if inbox.kind == InboxKind.CHAT:
            message.client_key, message.page_url = message.public_id.hex, row.page_url
            message.message_id = None if place else f"chat:{message.client_key}"
            return
        address = row.identity.value
        message.sender = {"email": address, "name": row.customer_name}
        message.message_id = f"{message.public_id.hex}@{address.rpartition('@')[2]}"
        if inbox.kind == InboxKind.EMAIL:
            message.to = [{"email": inbox.address, "name": inbox.sender_name}]
            message.html = from_text(message.text)
            if place and one.talk.thread.get("cc"):
                message.cc = [_party(one.talk.thread.get("cc"))]

    def _note(self, said: Said) -> str:
        html = from_text(said.text)
        for name in said.line.mentions:
            agent = self.house.agents[name]
            html = html.replace(f"@{agent.first_name}", f'<a data-agent="{agent.pk}">@{agent.first_name}</a>', 1)
        return html

    def _attach(self, written: list[Written]) -> None:
        rows: list[Attachment] = []
        for one in written:
            for message, said in zip(one.messages, one.talk.said, strict=True):
                if said.line.file:
                    content, kind = picture(said.line.file)
                    file = files.save(content, name=said.line.file, content_type=kind)
                    rows.append(Attachment(message=message, file=file))
        Attachment.objects.bulk_create(rows)

    def _link(self, written: list[Written]) -> None:
        """Tags, orders, people in copy, mentions."""
        tags: list[Any] = []
        orders: list[ConversationOrder] = []
        mentions: list[Mention] = []
        copies: list[Participant] = []
        for one in written:
            thread, row = one.talk.thread, one.row
            names = [name.strip() for name in thread.get("tags").split(",") if name.strip() not in ("", "VIP")]
            tags += [Conversation.tags.through(conversation=row, tag=self.house.tags[name]) for name in names]
            if one.talk.purchase is not None:
                said = " ".join(message.text for message in one.messages)
                order = one.talk.purchase.order
                orders.append(
                    ConversationOrder(conversation=row, order=order, found_in_text=order.number in said, proved=True)
                )
            for message, line in zip(one.messages, one.talk.said, strict=True):
                for name in line.line.mentions:
                    read = None if name == "ines" else line.at + timedelta(minutes=30)
                    mentions.append(Mention(message=message, agent=self.house.agents[name], read_at=read))
            if thread.get("cc"):
                party = Identity.objects.get(kind=IdentityKind.EMAIL, value=_party(thread.get("cc"))["email"])
                copies.append(Participant(conversation=row, identity=party))
        Conversation.tags.through.objects.bulk_create(tags)
        ConversationOrder.objects.bulk_create(orders)
        Mention.objects.bulk_create(mentions)
        Participant.objects.bulk_create(copies)

    def _sum_up(self, row: Conversation, talk: Talk) -> None:
        """What the conversation repeats of its messages, as conversations.actions.summary keeps it."""
        said = talk.said
        shown = [one for one in said if one.line.kind != "n" or one.line.call] or said
        answers = [one for one in said if one.line.kind == "a" or one.line.call]
        asked = [one for one in said if one.line.kind == "c" and (not answers or one.at > answers[-1].at)]
        waits = asked and row.state == State.OPEN and "answered" not in talk.thread.facts
        row.waiting_since = asked[0].at if waits else None
        row.first_answered_at = answers[0].at if answers else None
        row.last_message_at = shown[-1].at
        row.preview = preview(shown[-1].text, 160)
        row.message_count = len(said)
        row.attachment_count = sum(bool(one.line.file) for one in said)
        row.rank = Conversation.rank_of(row.waiting_since, row.last_message_at)
        if row.state == State.CLOSED:
            row.closed_at = self.clock.past(said[-1].at + timedelta(minutes=self.dice.randint(2, 90)))

    def _happened(self, one: Written) -> None:
        for message, said in zip(one.messages, one.talk.said, strict=True):
            self.event(one.row, VERBS[said.line.kind], message.created_at, said.agent, message=message.pk)
        agent = one.talk.agent
        if one.row.closed_at:
            self.event(one.row, "conversation.closed", one.row.closed_at, agent)
        if one.row.snoozed_until:
            until = one.row.snoozed_until.isoformat()
            self.event(one.row, "conversation.snoozed", one.messages[-1].created_at, agent, until=until)

    def event(self, row: Conversation, verb: str, at: datetime, agent: str, **codes: Any) -> None:
        """An event of the demo: nothing reacts to it and nobody is told."""
        self.events.append(
            Event(
                verb=verb, subject_type="conversation", subject_id=row.pk, customer_key=row.identity.customer_id,
                shop_key=row.shop_id, actor_kind=ActorKind.AGENT if agent else ActorKind.CUSTOMER,
                actor_id=self.house.agents[agent].pk if agent else row.identity_id, origin=Origin.DEMO,
                occurred_at=at, recorded_at=self.clock.now, codes=codes,
            )
        )  # fmt: skip

    def _read(self, written: list[Written]) -> None:
        """Everyone has read everything, but what has just come and nobody has taken, and what waits for them."""
        marks: list[ReadMark] = []
        for one in written:
            age = self.clock.now - one.row.last_message_at
            new = one.row.waiting_since is not None and (one.row.assignee_id is None or age < timedelta(minutes=10))
            for name, agent in self.house.agents.items():
                unread = new or (one.row.subject == "Bougie arrivée cassée" and name == "ines")
                if not unread and one.messages:
                    marks.append(ReadMark(conversation=one.row, agent=agent, message_id=one.messages[-1].pk))
        ReadMark.objects.bulk_create(marks, batch_size=2000)

    def _draft(self, written: Iterable[Written]) -> None:
        """Inès was writing to Claire when the picture was taken."""
        claire = next(one for one in written if one.talk.thread.get("number") == "MA-24817")
        last = max(message.pk for message in claire.messages if message.kind != MessageKind.NOTE)
        Draft.objects.create(
            agent=self.house.agents["ines"], conversation=claire.row, html=DRAFT, based_on=last, revision=1
        )


def _party(text: str) -> dict[str, str]:
    name, _, email = text.partition(" <")
    return {"email": email.rstrip(">"), "name": name}
