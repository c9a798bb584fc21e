"""What agents write and keep: drafts, views; and the pages that a chat visitor showed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models.conversations import Conversation
from comptoir.conversations.models.inboxes import Inbox
from comptoir.core.models import Agent, File, Team


class Draft(models.Model):
    """Unsent text of an agent: a reply, a note, a forward, or a new message (then without a conversation)."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="drafts")
    inbox = models.ForeignKey(Inbox, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, default="reply", help_text="reply, note, forward, new")
    subject = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    files = models.ManyToManyField(File, related_name="+")
    based_on = models.BigIntegerField(default=0, help_text="the newest message that the writer had seen")
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "conversation", "kind"],
                name="draft_once",
                condition=models.Q(conversation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agent_id}"


class View(models.Model):
    """A list with a name: an agent's own, a team's, or everybody's (neither agent nor team).

    `filters` is a tree of conditions (queries.conditions), or an older flat object whose keys are all optional: states
    [..], assignee "me"|"none"|id, team id, shop id, inbox id, channel, tags [names], topic, priority_at_least, waiting
    bool, mentioned bool. `columns` are the facts that a row shows, all usual ones when it is empty.
    """

    class Split(models.TextChoices):
        """By what the list is shown in parts."""

        NOTHING = "", _("Une seule liste")
        TEAM = "team", _("Par équipe")
        ASSIGNEE = "assignee", _("Par responsable")
        SHOP = "shop", _("Par boutique")
        CHANNEL = "channel", _("Par canal")

    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="views")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    icon = models.CharField(max_length=30, blank=True)
    filters = models.JSONField(default=dict)
    sort = models.CharField(max_length=10, default="waiting", db_default="waiting")
    split = models.CharField(max_length=10, choices=Split, default=Split.NOTHING, db_default="", blank=True)
    columns = models.JSONField(default=list, db_default=[])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agent__isnull=True) | models.Q(team__isnull=True), name="view_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PageVisit(models.Model):
    """A page of the shop that a visitor saw, kept only with their consent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="visits")
    url = models.CharField(max_length=500)
    title = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.url
