"""Fifteen hundred customers who never lived: names, places and addresses that fit each other, by language."""

import random
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.demo.clock import Clock
from comptoir.lib.text import unaccent

DATA = Path(__file__).parent / "data"
LANGUAGES = {"fr": 1195, "en": 78, "de": 70, "es": 45, "it": 42, "nl": 34, "pt": 14, "pl": 11, "sv": 11}


@dataclass(eq=False)
class Person:
    """A customer being made, with the address by which they write."""

    customer: Customer
    identities: list[Identity] = field(default_factory=list)
    phone: str = ""

    @property
    def identity(self) -> Identity:
        """The address by which they buy and write (or their first identity)."""
        return self.identities[0]

    @property
    def language(self) -> str:
        """Their language's code."""
        return self.customer.language

    @property
    def first(self) -> str:
        """Their first name."""
        return self.customer.name.split(" ")[0]

    @property
    def address(self) -> dict[str, str]:
        """Where their orders go."""
        row = self.customer
        address = {"name": row.name, "street": row.street, "postcode": row.postcode, "city": row.city}
        return address | {"country": row.country} | ({"phone": self.phone} if self.phone else {})


class People:
    """Makes people, always the same ones in the same order."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.random = random.Random("alba: people")
        self.places: dict[str, Any] = tomllib.loads((DATA / "people.toml").read_text("utf-8"))
        self.taken: Counter[str] = Counter()
        self.names: set[str] = set()
        self.all: list[Person] = []

    def crowd(self, count: int) -> list[Person]:
        """As many people as are missing to `count`, in the nine languages."""
        known = Counter(person.language for person in self.all)
        wanted = [language for language, share in LANGUAGES.items() for _ in range(share - known[language])]
        self.random.shuffle(wanted)
        return [self.someone(language) for language in wanted[: max(0, count - len(self.all))]]

    def someone(self, language: str) -> Person:
        """One more person of a language, somewhere where it is spoken."""
        place = self.places[language]
        country = self.random.choices(*zip(*place["countries"], strict=True))[0]
        here = place | place.get(country, {})
        name = self._name(place)
        postcode, city = self._place(here["cities"])
        number = self.random.randint(1, 120)
        street = self.random.choice(place["streets"].split("|"))
        person = self.named(name, language=language, country=country)
        person.customer.street = f"{number} {street}" if language in {"fr", "en"} else f"{street} {number}"
        person.customer.postcode, person.customer.city = postcode, city
        person.identities.append(self._mail(name, here["mail"]))
        if self.random.random() < 0.45:
            self.give_phone(person, self._phone(self.random.choice(here["phone"])))
        return person

    def named(self, name: str, *, language: str = "fr", country: str = "FR", email: str = "", since: int = 0) -> Person:
        """A person of that name; `since` days ago, or some time in the last four years."""
        days = since or int(self.random.triangular(3, 1500, 200))
        row = Customer(
            name=name, language=language, country=country, since=self.clock.today - timedelta(days=days),
            created_at=self.clock.now,
        )  # fmt: skip
        person = Person(row)
        if email:
            person.identities.append(Identity(kind=IdentityKind.EMAIL, value=email, name=name, customer=row))
        self.names.add(name)
        self.all.append(person)
        return person

    def give_phone(self, person: Person, number: str) -> None:
        """Add a telephone; the same number belongs to one person only."""
        if self.taken[number]:
            return
        self.taken[number] += 1
        person.phone = number
        person.identities.append(
            Identity(kind=IdentityKind.PHONE, value=number, name=person.customer.name, customer=person.customer)
        )

    def _name(self, place: dict[str, Any]) -> str:
        for _ in range(50):
            first = self.random.choice(place[self.random.choices(["women", "men"], [68, 32])[0]].split())
            name = f"{first} {self.random.choice(place['last'].split())}".replace("_", " ")
            if name not in self.names:
                break
        return name

    def _place(self, cities: list[str]) -> tuple[str, str]:
        rows = [city.split(" ") for city in cities]
        postcode, city, _ = self.random.choices(rows, [int(row[2]) for row in rows])[0]
        return postcode.replace("_", " "), city.replace("_", " ")

    def _mail(self, name: str, hosts: list[str]) -> Identity:
        rows = [host.split(" ") for host in hosts]
        host = self.random.choices(rows, [int(row[1]) for row in rows])[0][0]
        first, _, last = unaccent(name).replace("'", "").partition(" ")
        bare = ["".join(c for c in part if c.isascii() and c.isalnum()) for part in (first, last)]
        local = self.random.choice([f"{bare[0]}.{bare[1]}", f"{bare[0][:1]}{bare[1]}", f"{bare[0]}{bare[1]}"])
        self.taken[local] += 1
        if self.taken[local] > 1:
            local = f"{local}{self.taken[local] + 60}"
        return Identity(kind=IdentityKind.EMAIL, value=f"{local}@{host}", name=name, customer=self.all[-1].customer)

    def _phone(self, prefix: str) -> str:
        return prefix + "".join(str(self.random.randint(0, 9)) for _ in range(12 - len(prefix)))
