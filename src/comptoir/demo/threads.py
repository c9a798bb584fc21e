"""Reading the written conversations of data/threads/*.txt.

A conversation begins with `## subject`, its facts follow on a line `: key=value; key; ...`, its messages each begin
with `>c` (customer), `>a [agent]` (answer) or `>n [agent]` (note; with `call`: a call or visit). After that come the
time since the message before (`38m`, `[20m|1h]`), `@agent` for mentions and `file=name`. In texts, `[a|b]` is one of
the two, `{first}` and the like are filled in, `{d+4}`, `{w-3}`, `{m+1}` are dates counted from the message's own.
"""

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "data" / "threads"
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_LENGTH = re.compile(r"(\d+)([smhd])\+?")


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it is written in the file."""

    kind: str
    agent: str
    gap: str
    text: str
    mentions: tuple[str, ...] = ()
    file: str = ""
    call: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """One written conversation."""

    subject: str
    language: str
    facts: dict[str, str]
    lines: tuple[Line, ...] = field(default=())

    @property
    def reusable(self) -> bool:
        """Whether its choices make it different enough to be told several times."""
        return "reuse" in self.facts

    def get(self, name: str, otherwise: str = "") -> str:
        """A fact."""
        return self.facts.get(name, otherwise)


@cache
def written() -> tuple[Thread, ...]:
    """All conversations of the files, in their order."""
    threads: list[Thread] = []
    for path in sorted(HERE.glob("*.txt")):
        language = path.stem.partition("-")[0]
        _, *blocks = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)
        threads += [_thread(block, language) for block in blocks]
    return tuple(threads)


def length(text: str) -> timedelta:
    """How long `38m` is."""
    found = _LENGTH.fullmatch(text)
    return timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()


def choose(text: str, dice: random.Random) -> str:
    """The text with one way taken at every choice."""
    return _CHOICE.sub(lambda found: dice.choice(found[1].split("|")), text)


def _thread(block: str, language: str) -> Thread:
    heading, *messages = re.split(r"^>", block, flags=re.MULTILINE)
    subject, _, rest = heading.partition("\n")
    facts: dict[str, str] = {}
    for fact in rest.strip().removeprefix(": ").split(";"):
        name, _, value = fact.strip().partition("=")
        facts[name] = value
    language = facts.get("lang", language)
    lines = tuple(_line(message) for message in messages)
    return Thread(subject.strip(), language, facts, lines)


def _line(message: str) -> Line:
    head, _, text = message.partition("\n")
    kind, *words = head.split()
    mentions = tuple(word[1:] for word in words if word.startswith("@"))
    files = [word.partition("=")[2] for word in words if word.startswith("file=")]
    gap = next((word for word in words if word[0] in "[0123456789"), "0m")
    agents = [word for word in words if word.isalpha() and word != "call"]
    return Line(
        kind, agents[0] if agents else "", gap, text.strip(), mentions, files[0] if files else "", "call" in words
    )
