"""Agents, their roles, teams and sessions."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from comptoir.core.models.files import File
from comptoir.core.models.shops import Schedule, Shop


class Role(models.TextChoices):
    """What an agent may do; core.access says it in detail."""

    OWNER = "owner", _("Propriétaire")
    LEAD = "lead", _("Responsable")
    AGENT = "agent", _("Conseiller")
    STORE = "store", _("Responsable de magasin")
    READER = "reader", _("Lecture seule")


class TeamKind(models.TextChoices):
    """A store is a team with an address."""

    TEAM = "team", _("Équipe")
    STORE = "store", _("Magasin")


class Team(models.Model):
    """People who share a queue; a point of sale is one too."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=TeamKind, default=TeamKind.TEAM)
    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE, related_name="teams")
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    schedule = models.ForeignKey(Schedule, null=True, blank=True, on_delete=models.SET_NULL)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "name"]

    def __str__(self) -> str:
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    """Finds agents by address without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=(username or "").strip())


class Sends(models.TextChoices):
    """What Ctrl+Enter does with a reply by mail."""

    CLOSE = "close", _("Envoyer et clore")
    OPEN = "", _("Envoyer, la conversation reste ouverte")
    PENDING = "pending", _("Envoyer et attendre le client")


class Afterwards(models.TextChoices):
    """What an agent sees after a matter was put away."""

    NEXT = "next", _("La suivante de la liste")
    LIST = "list", _("La liste")


class Agent(AbstractBaseUser):
    """Someone of the team. A password that is not usable yet means: invited."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="fr")
    timezone = models.CharField(max_length=64, default="Europe/Paris")
    theme = models.CharField(max_length=5, blank=True)
    signature = models.TextField(blank=True)
    photo = models.ForeignKey(File, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    shops = models.ManyToManyField(Shop, blank=True, related_name="agents")
    every_shop = models.BooleanField(default=True)
    teams = models.ManyToManyField(Team, blank=True, related_name="agents")
    undo_seconds = models.PositiveSmallIntegerField(default=5)
    single_keys = models.BooleanField(default=True)
    keymap = models.JSONField(default=dict, blank=True, help_text="a key of ours: the one chosen, or nothing (off)")
    sends = models.CharField(max_length=8, choices=Sends, default=Sends.CLOSE, help_text="what Ctrl+Enter does")
    afterwards = models.CharField(max_length=4, choices=Afterwards, default=Afterwards.NEXT)
    mail_assigned = models.BooleanField(default=False, help_text="a mail for each matter that others give them")
    mail_mentioned = models.BooleanField(default=False, help_text="a mail for each note that names them")
    mail_approvals = models.BooleanField(default=True, help_text="a mail for each act that waits for their accord")
    away = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(null=True)
    totp_secret = models.TextField(blank=True, help_text="encrypted")
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0, help_text="a code is good once")
    recovery_codes = models.JSONField(default=list, help_text="digests of the codes not used yet")
    last_login = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AgentManager] = AgentManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="agent_email_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What a customer reads: « Camille »."""
        return self.name.split(" ")[0]

    @property
    def two_factor(self) -> bool:
        """Whether a code is asked at sign-in."""
        return self.totp_confirmed_at is not None

    def clean(self) -> None:
        """Keep the address as typed, without spaces around it."""
        self.email = self.email.strip()

    def get_session_auth_hash(self) -> str:
        """A session ends when the password or the second factor changes."""
        return super().get_session_auth_hash()

    def natural_key(self) -> tuple[Any, ...]:
        return (self.email,)


class AgentSession(models.Model):
    """Where an agent is signed in; ending it deletes Django's session of that key."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=200, blank=True)
    network_address = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.agent_id} {self.device}"
