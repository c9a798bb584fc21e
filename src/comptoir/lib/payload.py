"""Values as other programs tell them: JSON of strangers, read without trusting a type, a length or a number.

What may be missing reads as empty; what has to be there and makes no sense raises Unreadable, whose text is a French
sentence that repeats nothing personal.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from html import unescape
from typing import Any

from comptoir.lib.money import MAX_MINOR, NotMoney, decimals

DEEPEST = 60
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_EMPTY_DATES = ("0000-00-00", "0001-01-01")


class Unreadable(ValueError):
    """A payload cannot be taken; the text says why."""


def load(body: bytes | str) -> Any:
    """JSON, its fractions as Decimal. Raises Unreadable for everything else, however long or deep."""
    try:
        read = json.loads(body, parse_float=Decimal, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Le contenu n’est pas du JSON lisible.") from error
    if _too_deep(read):
        raise Unreadable("Le contenu est trop imbriqué.")
    return read


def load_after_noise(body: bytes) -> Any:
    """JSON behind something else: plugins and warnings of PHP write before it. Raises Unreadable when there is none."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    starts = [0, *(at for at, char in enumerate(text[:20_000]) if char in "{[")][:50]
    for start in starts:
        try:
            return load(text[start:])
        except Unreadable:
            continue
    raise Unreadable("Le contenu n’est pas du JSON lisible.")


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; an empty one for everything else (PHP writes an empty list for an empty object)."""
    return value if isinstance(value, dict) else {}


def items(value: Any, most: int = 5_000) -> list[dict[str, Any]]:
    """The objects of a list, at most that many; empty for everything else."""
    listed: Iterable[Any] = value if isinstance(value, list) else ()
    return [item for item in listed if isinstance(item, dict)][:most]


def nodes(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or of a GraphQL connection."""
    return items(value if isinstance(value, list) else mapping(value).get("nodes"))


def text(value: Any, longest: int = 300) -> str:
    """A word or a number as text that a database takes; empty for everything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | float):
        return ""
    try:
        written = str(value)
    except ValueError:  # a number of thousands of digits
        return ""
    return written.replace("\x00", "").encode("utf-8", "replace").decode().strip()[:longest]


def plain(value: Any, longest: int = 300) -> str:
    """As `text`, HTML entities resolved: shops write « Pull &ndash; M »."""
    return unescape(text(value, longest * 2))[:longest]


def key(value: Any) -> str:
    """An identifier: the number at the end of gid://shopify/Order/42, or what was told. Empty for 0 and nothing."""
    written = text(value, 120)
    if written.startswith("gid://"):
        written = written.rsplit("/", 1)[-1].split("?", 1)[0]
    return "" if written in ("0", "") else written


def whole(value: Any, default: int = 0) -> int:
    """A count; the default for what is none or does not fit."""
    if isinstance(value, bool):
        return default
    try:
        number = Decimal(text(value, 40))
    except DecimalException:
        return default
    if not number.is_finite() or number.adjusted() > 10:  # 1e9999999 would become as many digits
        return default
    return int(number) if abs(number) < 2**31 else default


def currency(value: Any, default: str = "") -> str:
    """A currency code, upper-case. Raises Unreadable when there is none."""
    code = text(value, 10).upper() or default
    try:
        decimals(code)
    except NotMoney as error:
        raise Unreadable("La devise manque ou n’est pas connue.") from error
    return code


def minor(value: Any, code: str, default: int | None = None) -> int:
    """Minor units of an amount ("16.510000", 90, Decimal): rounded half up. Raises Unreadable without a default."""
    written = text(value, 60)
    if _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")  # any other comma could be read in two ways
    try:
        amount = int(Decimal(written).scaleb(decimals(code)).quantize(Decimal(1), ROUND_HALF_UP))
    except (DecimalException, ValueError, OverflowError) as error:
        if default is not None:
            return default
        raise Unreadable("Un montant manque ou n’est pas lisible.") from error
    if abs(amount) > MAX_MINOR:
        raise Unreadable("Un montant est trop grand.")
    return amount


def moment(value: Any) -> datetime | None:
    """A moment of ISO 8601; without a zone it is UTC. None for what is none."""
    written = text(value, 40)
    if not written or written.startswith(_EMPTY_DATES):
        return None
    try:
        read = datetime.fromisoformat(written)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: Any) -> date | None:
    """A day, of a date or of a moment."""
    read = moment(value)
    return read.date() if read else None


def words(value: Any, most: int = 100) -> tuple[str, ...]:
    """Words of a list, or of one text with commas between them."""
    listed = value if isinstance(value, list) else text(value, 5_000).split(",")
    return tuple(dict.fromkeys(word for word in (text(item, 120) for item in listed) if word))[:most]


def link(value: Any, longest: int = 500) -> str:
    """An http(s) address; empty for everything else."""
    written = text(value, longest + 1)
    return written if written.lower().startswith(("http://", "https://")) and len(written) <= longest else ""


def _constant(name: str) -> Any:
    raise ValueError(name)


def _too_deep(read: Any) -> bool:
    level = [read]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
