"""Four hundred conversations: every written one once, the reusable ones again with other people, orders and words."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from comptoir.demo.clock import PARIS, Clock, at_work
from comptoir.demo.people import People, Person
from comptoir.demo.purchases import Purchase, Purchases
from comptoir.demo.threads import Line, Thread, choose, length, written
from comptoir.lib.typography import french
from comptoir.orders.models import ParcelState as P

SHARES = {"fr": 270, "en": 35, "de": 28, "es": 20, "it": 18, "nl": 12, "pt": 7, "pl": 5, "sv": 5}
HANDS = {"fr": ("camille", "thomas", "julien", "ines", "sophie"), "en": ("lucie",), "de": ("lucie",), "nl": ("lucie",), "sv": ("lucie",), "pl": ("lucie",)}  # fmt: skip
ON_ITS_WAY = {P.ANNOUNCED, P.IN_TRANSIT, P.DELAYED, P.CUSTOMS, P.AVAILABLE_FOR_PICKUP, P.OUT_FOR_DELIVERY, P.ATTEMPT_FAILED, "paid", "preparing"}  # fmt: skip

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_DATE = re.compile(r"\{([dwm])([+-]\d+)\}")


@dataclass(eq=False)
class Said:
    """One message, with its moment."""

    line: Line
    text: str
    at: datetime
    agent: str


@dataclass(eq=False)
class Talk:
    """One conversation, ready to be written down."""

    thread: Thread
    person: Person
    purchase: Purchase | None
    subject: str
    said: list[Said]
    state: str
    anonymous: bool = False
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def agent(self) -> str:
        """Whose it is; empty when nobody's."""
        who = self.thread.get("who")
        if who:
            return "" if who == "-" else who
        return next((one.agent for one in reversed(self.said) if one.agent), "")


class Talks:
    """Tells the written conversations to people who fit them."""

    def __init__(self, clock: Clock, people: People, purchases: Purchases, pictured: dict[str, Person]) -> None:
        self.clock = clock
        self.people = people
        self.purchases = purchases
        self.pictured = pictured
        self.random = random.Random("alba: talks")
        self.busy: set[int] = set()
        self.pool: dict[str, list[Purchase]] = defaultdict(list)
        for purchase in purchases.all:
            if not purchase.reserved:
                self.pool[purchase.person.language].append(purchase)
        for rows in self.pool.values():
            rows.sort(key=lambda one: one.placed, reverse=True)

    def all(self) -> list[Talk]:
        """Every conversation. Those that happen now come first, so that they find the orders which they need."""
        threads = written()
        now = [thread for thread in threads if _is_current(thread)]
        talks = [self.tell(thread) for thread in now]
        talks += [self.tell(thread) for thread in threads if not _is_current(thread)]
        for language, share in SHARES.items():
            again = [thread for thread in threads if thread.language == language and thread.reusable]
            told = sum(talk.thread.language == language for talk in talks)
            talks += [self.tell(again[turn % len(again)], again=True) for turn in range(max(0, share - told))]
        return talks

    def tell(self, thread: Thread, *, again: bool = False) -> Talk:
        """Tell one conversation: to its own person, or to somebody of its language."""
        purchase = self._purchase(thread, again)
        person = self._person(thread, purchase)
        state = thread.get("state") or ("open" if "open" in thread.facts else "closed")
        if _is_current(thread):
            said = self._backwards(thread, person, purchase)
        else:
            said = self._forwards(thread, person, purchase, again)
        subject = self._fill(choose(thread.subject, self.random), person, purchase, "", thread.language)
        unknown = thread.get("channel") == "chat" and purchase is None and "customer" not in thread.facts
        anonymous = unknown and not any("{first}" in line.text or "{name}" in line.text for line in thread.lines)
        return Talk(thread, person, purchase, subject, said, state, anonymous)

    # -- who and what

    def _person(self, thread: Thread, purchase: Purchase | None) -> Person:
        named = thread.get("customer")
        if named in self.pictured:
            return self.pictured[named]
        if named:
            name, _, email = named.partition(" <")
            return self.people.named(name, language=thread.language, email=email.rstrip(">"), since=1)
        if purchase is not None:
            return purchase.person
        crowd = [one for one in self.people.all if one.language == thread.language and one.identities]
        quiet = [one for one in crowd if id(one) not in self.busy and one.customer.name not in self.pictured]
        person = self.random.choice(quiet or crowd)
        self.busy.add(id(person))
        return person

    def _purchase(self, thread: Thread, again: bool) -> Purchase | None:
        if "number" in thread.facts:
            return next(one for one in self.purchases.all if one.order.number == thread.facts["number"])
        wanted = thread.get("order")
        if not wanted:
            return None
        state, _, product = wanted.partition(":")
        customer = self.pictured.get(thread.get("customer"))
        if customer is not None:
            purchase = self.purchases.add(customer, state)
        elif _is_current(thread):
            purchase = self._current(thread.language, state)
        else:
            purchase = self._past(thread.language, state, again)
        purchase.reserved = True
        self.busy.add(id(purchase.person))
        self.purchases.contain(purchase, product)
        return purchase

    def _current(self, language: str, state: str) -> Purchase:
        """An order that is in that state now; a finished one is told anew when there is none."""
        free = [one for one in self.pool[language] if not one.reserved and id(one.person) not in self.busy]
        found = next((one for one in free if one.state == state), None)
        if found is None:
            found = next(one for one in reversed(free) if one.state == P.DELIVERED)
            found.order.placed_at = self.purchases._moment(state, None)
            self.purchases.become(found, state)
        return found

    def _past(self, language: str, state: str, again: bool) -> Purchase:
        """An order that was in that state at some time: recent for what is told first, older for what is told again."""
        state = P.DELIVERED if state in ON_ITS_WAY else state
        edge = self.clock.ago(timedelta(days=24 if again else 3.5))
        free = [
            one
            for one in self.pool[language]
            if not one.reserved and one.state == state and one.placed < edge and id(one.person) not in self.busy
        ]
        if not free:
            person = self.random.choice([one for one in self.people.all if one.language == language and one.identities])
            return self.purchases.add(person, state, days=self.random.uniform(25, 200))
        reach = len(free) if again else min(len(free), 24)
        return self.random.choice(free[:reach])

    # -- when

    def _forwards(self, thread: Thread, person: Person, purchase: Purchase | None, again: bool) -> list[Said]:
        moment = self._beginning(thread, purchase, again)
        said: list[Said] = []
        for place, line in enumerate(thread.lines):
            moment += length(choose(line.gap, self.random)) if place else timedelta()
            agent = self._hand(thread, line, said)
            if agent:
                moment = at_work(moment, self.random.randint(4, 70))
            moment = self.clock.past(moment + timedelta(seconds=self.random.randint(0, 50)))
            said.append(self._said(thread, line, person, purchase, agent, moment))
        return said

    def _beginning(self, thread: Thread, purchase: Purchase | None, again: bool) -> datetime:
        if purchase is None:
            days = self.random.triangular(26, 360, 40) if again else self.random.triangular(1, 40, 2)
            return self.clock.day(
                days,
                self.random.choice([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22]),
                self.random.randint(0, 59),
            )
        state = thread.get("order").partition(":")[0]
        if state in ON_ITS_WAY or not purchase.parcels:
            moment = purchase.placed + timedelta(
                hours=self.random.uniform(30, 56) if state not in {"paid", "preparing"} else 1
            )
        else:
            moment = purchase.parcels[-1].events[-1].occurred_at + timedelta(hours=self.random.uniform(5, 120))
        if purchase.refunds and state == "refunded":
            moment = purchase.refunds[-1].refunded_at + timedelta(days=self.random.uniform(2, 6))
        return min(moment, self.clock.ago(timedelta(days=1.5)))

    def _backwards(self, thread: Thread, person: Person, purchase: Purchase | None) -> list[Said]:
        """Moments counted back from now: `open` or `ago` is the age of what waits, or of the newest message."""
        lines = thread.lines
        anchor = _anchor(thread)
        age = length(thread.get("open") or thread.get("ago"))
        moments = {anchor: self.clock.ago(age)}
        for place in range(anchor - 1, -1, -1):
            moments[place] = moments[place + 1] - length(choose(lines[place + 1].gap, self.random))
        for place in range(anchor + 1, len(lines)):
            moments[place] = self.clock.past(moments[place - 1] + length(choose(lines[place].gap, self.random)))
        said: list[Said] = []
        for place, line in enumerate(lines):
            agent = self._hand(thread, line, said)
            said.append(self._said(thread, line, person, purchase, agent, moments[place]))
        return said

    # -- the words

    def _hand(self, thread: Thread, line: Line, said: Iterable[Said]) -> str:
        """Which agent writes: the one named, the one who began, or one who speaks the language."""
        if line.kind == "c":
            return ""
        before = next((one.agent for one in said if one.agent), "")
        who = thread.get("who").strip("-")
        return line.agent or before or who or self.random.choice(HANDS.get(thread.language, ("marta",)))

    def _said(
        self, thread: Thread, line: Line, person: Person, purchase: Purchase | None, agent: str, at: datetime
    ) -> Said:
        dated = _DATE.sub(lambda found: _day(found[1], int(found[2]), at), line.text)
        text = self._fill(choose(dated, self.random), person, purchase, agent, thread.language)
        return Said(line, text, at, agent)

    def _fill(self, text: str, person: Person, purchase: Purchase | None, agent: str, language: str) -> str:
        def value(found: re.Match[str]) -> str:
            return self._value(found[1], person, purchase, agent)

        filled = re.sub(r"\{(\w+)\}", value, text)
        return french(filled) if language == "fr" else filled

    def _value(self, name: str, person: Person, purchase: Purchase | None, agent: str) -> str:
        parcel = purchase.parcels[0].row if purchase and purchase.parcels else None
        values = {
            "name": person.customer.name,
            "first": person.first,
            "city": person.customer.city or "Nantes",
            "me": NAMES.get(agent, ""),
            "order": (purchase.order.number or "MA-00000") if purchase else "",
            "carrier": parcel.carrier if parcel else "Colissimo",
            "relay": parcel.relay.get("name", "") if parcel and parcel.relay else "Tabac de la Paix",
        }
        return str(self.random.randint(130, 980)) if name == "digits" else values[name]


NAMES = {
    "ines": "Inès", "camille": "Camille", "thomas": "Thomas", "julien": "Julien", "sophie": "Sophie", "lucie": "Lucie",
    "marta": "Marta", "nadia": "Nadia", "yann": "Yann",
}  # fmt: skip


def _is_current(thread: Thread) -> bool:
    return "open" in thread.facts or "ago" in thread.facts


def _anchor(thread: Thread) -> int:
    """The place of the first customer's message that nobody answered; else of the newest message that is no note."""
    lines = thread.lines
    if "answered" in thread.facts:
        return len(lines) - 1
    answers = [place for place, line in enumerate(lines) if line.kind == "a" or line.call]
    if thread.get("state") in ("", "open"):
        unanswered = [
            place for place, line in enumerate(lines) if line.kind == "c" and place > max(answers, default=-1)
        ]
        if unanswered:
            return unanswered[0]
    return max((place for place, line in enumerate(lines) if line.kind != "n" or line.call), default=len(lines) - 1)


def _day(kind: str, shift: int, at: datetime) -> str:
    """A date some days from a message's: `d` « 4 décembre », `w` « vendredi »; `m` is a month some months from it."""
    local = at.astimezone(PARIS)
    if kind == "m":
        return MONTHS[(local.month - 1 + shift) % 12]
    day = local.date() + timedelta(days=shift)
    return DAYS[day.weekday()] if kind == "w" else f"{'1er' if day.day == 1 else day.day}\u00a0{MONTHS[day.month - 1]}"
