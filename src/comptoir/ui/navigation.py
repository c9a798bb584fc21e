"""What the rail of the console shows. The agent's door fills it; this room only draws."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class RailLink:
    """One destination. `keys` is a sequence such as "g i"; `prefix` is the part of the address that makes it current."""

    url: str
    icon: str
    label: str | Promise
    keys: str = ""
    prefix: str = ""
    on_phone: bool = True
    pip: str | Promise = ""  # the words of the red dot, e.g. "1 promesse dépassée"
