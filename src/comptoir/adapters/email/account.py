"""The settings of a mail account: the fields of the settings page, and one side of them checked and typed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from comptoir.lib.mailboxes.providers import OTHER, PROVIDERS
from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError

_SECURITY = (("ssl", "TLS (conseillé)"), ("starttls", "STARTTLS"), ("none", "Aucune (réseau interne seulement)"))
_PORTS = {"imap": {"ssl": 993, "starttls": 143, "none": 143}, "smtp": {"ssl": 465, "starttls": 587, "none": 25}}
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")

FIELDS = (
    Field(
        "provider",
        "Fournisseur",
        "choice",
        required=False,
        default=OTHER,
        choices=(*((row.key, row.name) for row in PROVIDERS), (OTHER, "Autre")),
    ),
    Field("imap_host", "Serveur de réception (IMAP)", help="Par exemple imap.exemple.fr"),
    Field("imap_security", "Sécurité de la réception", "choice", default="ssl", choices=_SECURITY),
    Field("imap_port", "Port de la réception", "number", required=False, help="993 pour TLS, 143 pour STARTTLS"),
    Field("imap_user", "Identifiant de réception", help="Le plus souvent l’adresse complète"),
    Field("imap_password", "Mot de passe de réception", "secret"),
    Field("imap_folder", "Dossier à lire", required=False, default="INBOX"),
    Field("smtp_host", "Serveur d’envoi (SMTP)", help="Par exemple smtp.exemple.fr"),
    Field("smtp_security", "Sécurité de l’envoi", "choice", default="starttls", choices=_SECURITY),
    Field("smtp_port", "Port de l’envoi", "number", required=False, help="465 pour TLS, 587 pour STARTTLS"),
    Field("smtp_user", "Identifiant d’envoi", required=False, help="Vide\u202f: le même que pour la réception"),
    Field(
        "smtp_password",
        "Mot de passe d’envoi",
        "secret",
        required=False,
        help="Vide\u202f: le même que pour la réception",
    ),
    Field("limit_minute", "Messages par minute au plus", "number", required=False),
    Field("limit_hour", "Messages par heure au plus", "number", required=False),
    Field(
        "limit_day",
        "Messages par jour au plus",
        "number",
        required=False,
        help="Au-delà, un message attend son tour. Vide\u202f: sans limite",
    ),
    Field("sent_read", "Lire ce qui est envoyé depuis la boîte", "switch", required=False, default="true"),
    Field(
        "sent_copy",
        "Y ranger une copie de nos réponses",
        "choice",
        required=False,
        default="auto",
        choices=(("auto", "Si le serveur ne le fait pas"), ("yes", "Toujours"), ("no", "Jamais")),
    ),
    Field(
        "sent_folder",
        "Dossier des messages envoyés",
        required=False,
        help="Vide\u202f: trouvé tout seul",
    ),
    Field(
        "trusted_servers",
        "Serveurs dont on croit la vérification de l’expéditeur",
        required=False,
        help="Le nom que votre serveur écrit dans « Authentication-Results »\u202f; séparez-les par des espaces",
    ),
    Field(
        "ca_file",
        "Autorité de certification propre",
        required=False,
        help="Chemin d’un fichier PEM, pour un serveur interne",
    ),
)


@dataclass(frozen=True, slots=True)
class Server:
    """How one server is reached. Neither password nor token shows in a repr.

    With a `token`, that signs in (XOAUTH2) instead of the password; `renew` gives another one for a token that the
    server refused.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    ca_file: str = ""
    borrowed: bool = False  # the login is the other side's: a relay that asks for none gets none
    token: str = field(default="", repr=False)
    renew: Callable[[str], str] | None = field(default=None, repr=False, compare=False)

    @property
    def xoauth2(self) -> str:
        """What signs in by token, before base64 (Google and Microsoft write it the same way)."""
        return f"user={self.user}\x01auth=Bearer {self.token}\x01\x01"


def server(settings: Mapping[str, str], side: str) -> Server:
    """The IMAP or SMTP half ("imap", "smtp") of the settings; raises PortError with a sentence if it cannot be used."""
    label = "réception" if side == "imap" else "envoi"
    host = settings.get(f"{side}_host", "").strip()
    if not _HOST.fullmatch(host):
        raise PortError(f"Le nom du serveur ({label}) manque ou n’est pas valable.", permanent=True, code="settings")
    security = settings.get(f"{side}_security", "").strip() or ("ssl" if side == "imap" else "starttls")
    if security not in _PORTS[side]:
        raise PortError(f"La sécurité du serveur ({label}) n’est pas connue.", permanent=True, code="settings")
    port = settings.get(f"{side}_port", "").strip() or str(_PORTS[side][security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise PortError(
            f"Le port du serveur ({label}) doit être un nombre entre 1 et 65535.", permanent=True, code="settings"
        )
    user, password = settings.get(f"{side}_user", ""), settings.get(f"{side}_password", "")
    borrowed = side == "smtp" and not user and not password
    if borrowed:
        user, password = settings.get("imap_user", ""), settings.get("imap_password", "")
    elif side == "smtp" and not password:
        password = settings.get("imap_password", "")
    if any(ord(char) < 32 or ord(char) == 127 for char in user + password):
        raise PortError(
            f"L’identifiant ou le mot de passe ({label}) contient un caractère interdit.",
            permanent=True,
            code="settings",
        )
    return Server(host, int(port), security, user.strip(), password, settings.get("ca_file", "").strip(), borrowed)


def is_local(host: str) -> bool:
    """Whether the host is this machine, where a connection without TLS discloses nothing."""
    return host in ("localhost", "::1") or host.startswith("127.")
