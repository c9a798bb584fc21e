"""What belongs to the account behind a mail inbox: the sign-in that its owner gave, and its domain's records."""

from django.db import models

from comptoir.conversations.models.inboxes import Inbox


class MailboxGrant(models.Model):
    """Leave to read and send in a mailbox, given at Google's or Microsoft's own page (OAuth 2).

    Both tokens are encrypted. `problem` is a code when the leave no longer holds (`revoked`): someone has to give it
    again. `account` is the address that signed in, which need not be the inbox's own.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="grant")
    provider = models.CharField(max_length=20)
    account = models.CharField(max_length=254, blank=True)
    refresh_token = models.TextField(help_text="encrypted")
    access_token = models.TextField(blank=True, help_text="encrypted")
    expires_at = models.DateTimeField(null=True, help_text="of the access token")
    granted_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True)
    broken_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.inbox_id}"


class DomainCheck(models.Model):
    """What the DNS said about a domain that we write from, when it was last asked (`lib.mailboxes.domain`)."""

    domain = models.CharField(max_length=253, unique=True)
    findings = models.JSONField(default=list)
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.domain
