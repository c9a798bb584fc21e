"""Who was erased: known by the digests of their addresses and numbers alone, so that no import brings them back."""

from collections.abc import Collection

from comptoir.core import keys
from comptoir.customers.models import Identity


def digests() -> set[str]:
    """The digests under which erased persons' addresses and numbers are kept (see personal)."""
    # whatever its case: that is what the index of parts of values can answer
    values = Identity.objects.filter(value__istartswith="erased:").values_list("value", flat=True)
    return {value.split(":")[1] for value in values}


def is_erased(kind: str, value: str, erased: Collection[str]) -> bool:
    """Whether that address or number was an erased person's."""
    return keys.digest(f"{kind}:{value}", purpose="erased")[:40] in erased
