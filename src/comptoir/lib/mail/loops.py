"""The one guard of automatic mail: nothing that a machine writes goes to a machine, to ourselves, to a list or round in a loop.

RFC 3834, sections 2 and 3. Whoever sends an automatic mail asks here first, and again right before it leaves.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from comptoir.lib.mail.mailboxes import is_robot

A_DAY = 4  # automatic mails to one address in twenty-four hours; more is a loop


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an automatic mail answers: `flags` are the message's, `listed` the address of the list it came by."""

    automatic: bool = False
    flags: Collection[str] = ()
    listed: str = ""


def refusal(
    to: Collection[str], *, is_ours: Callable[[str], bool], sent_today: int, occasion: Occasion | None = None
) -> str:
    """Why an automatic mail must not go to these addresses, as a code; "" when it may.

    Codes: nobody, several, machine, ourselves, list, loop, bounce, unproved.
    """
    if not to:
        return "nobody"
    if len(to) > 1:
        return "several"
    [email] = to
    if is_ours(email):
        return "ourselves"
    if is_robot(email):
        return "machine"
    if occasion is not None:
        if occasion.automatic or any(flag.startswith("kind:") for flag in occasion.flags):
            return "machine"
        if occasion.listed:
            return "list"
        if "unproved_sender" in occasion.flags and "contact_form" not in occasion.flags:
            return "unproved"
    return "loop" if sent_today >= A_DAY else ""
