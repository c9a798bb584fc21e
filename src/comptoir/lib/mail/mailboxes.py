"""What an address alone tells: whether two mean the same mailbox, whether a machine writes from it, whether a household does."""

import re

_ROBOT = re.compile(
    r"""(?x)^(?:
    no[-_.]?reply | do[-_.]?not[-_.]?reply | dont[-_.]?reply | ne[-_.]?pas[-_.]?repondre | nicht[-_.]?antworten
    | keine?[-_.]?antwort | no[-_.]?responder | nao[-_.]?responda | non[-_.]?rispondere | niet[-_.]?beantwoorden
    | geen[-_.]?antwoord | nie[-_.]?odpowiadaj | svara[-_.]?inte | mailer[-_.]?daemon | postmaster | bounces?
    | notifications? | notification[-_.]?noreply | notify | automail[eo]r? | robot | daemon | auto[-_.]?confirm | mailer
    )(?:[+.@_=-]|\d|$) | [-_.](?:no[-_.]?reply|donotreply|bounces?)@"""
)
# Where households have their mail: such a domain says nothing about who writes.
SHARED_DOMAINS = frozenset(
    """gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk live.com live.fr msn.com
    yahoo.com yahoo.fr yahoo.co.uk yahoo.de yahoo.es yahoo.it ymail.com icloud.com me.com mac.com aol.com proton.me
    protonmail.com orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr gmx.de gmx.net gmx.fr
    gmx.com web.de t-online.de freenet.de libero.it virgilio.it tiscali.it alice.it tin.it telefonica.net ziggo.nl
    kpnmail.nl xs4all.nl planet.nl skynet.be telenet.be sapo.pt wp.pl o2.pl onet.pl interia.pl op.pl telia.com
    bredband.net comhem.se bluewin.ch mail.com zoho.com yandex.com btinternet.com sky.com virginmedia.com""".split()
)


def canonical(email: str) -> str:
    """The mailbox behind an address: lower-case, without a plus part; Gmail's without its dots."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain == "googlemail.com":
        domain = "gmail.com"
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}"


def tag(email: str) -> str:
    """The plus part of an address: "" without one."""
    return email.rpartition("@")[0].partition("+")[2]


def domain(email: str) -> str:
    """What stands behind the @."""
    return email.rpartition("@")[2].lower()


def is_robot(email: str) -> bool:
    """Whether the address is one that machines write from and nobody reads."""
    return _ROBOT.search(email.lower()) is not None


def is_shared(email: str) -> bool:
    """Whether the address belongs to a provider of everybody's mail, so that its domain says nothing."""
    return domain(email) in SHARED_DOMAINS
