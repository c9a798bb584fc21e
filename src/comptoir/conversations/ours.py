"""Which addresses are ours: every inbox's, their aliases, anything behind a plus of these, and Comptoir's own."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.db import connection

from comptoir.lib.mail.mailboxes import canonical, domain, is_shared

# Each mail and each answer asks it, so the SQL is written once.
_READ = (
    "SELECT address, aliases, NULL FROM conversations_inbox WHERE kind = 'email' "
    "UNION ALL SELECT email, NULL, id FROM core_agent WHERE is_active"
)


@dataclass(frozen=True, slots=True)
class Ours:
    """`mailboxes` are the inboxes' addresses in canonical form; `agents` the keys of colleagues by address."""

    mailboxes: frozenset[str]
    agents: dict[str, int]

    def __contains__(self, email: object) -> bool:
        return canonical(str(email)) in self.mailboxes

    def colleague(self, email: str) -> int | None:
        """The key of the agent who has that address."""
        return self.agents.get(email.lower())

    def is_house(self, email: str) -> bool:
        """Whether someone of the house writes from there: an inbox, an agent, or anyone at an inbox's own domain."""
        if email in self or self.colleague(email) is not None:
            return True
        at = domain(email)
        return not is_shared(email) and any(domain(mailbox) == at for mailbox in self.mailboxes)


def ours() -> Ours:
    """All addresses that are ours at the moment, read in one query."""
    mailboxes, agents = set(), {}
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        for address, aliases, agent in cursor.fetchall():
            if agent is not None:
                agents[address.strip().lower()] = agent
            else:
                mailboxes |= {canonical(email) for email in (address, *(aliases or ())) if email}
    system = parseaddr(settings.SYSTEM_MAIL["from"])[1]
    return Ours(frozenset({*mailboxes, canonical(system)} if system else mailboxes), agents)
