"""What search reads: one entry a message, the words that were written, what agents searched for lately."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from comptoir.conversations.models.conversations import Conversation
from comptoir.conversations.models.messages import Message
from comptoir.core.models import Agent


class SearchEntry(models.Model):
    """A message as it is searched: kept by triggers of the database (migration 0010), never written by Python.

    `search` holds the stems of the subject (A), the names (B) and the text (D) in the conversation's language, and
    marks that narrow a search inside the index: `~s` with the shop, `~l` with the stemmer's language, `~m` and `~y`
    with the 32 and 256 days it was written in (`at` in days since 1970, shifted by 5 and 8 bits).
    """

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="entry"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, db_constraint=False, related_name="entries"
    )
    at = models.DateTimeField()
    search = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "message"], name="entry_at"),
            # a short list of what is not sorted in yet: every search reads it
            GinIndex(fields=["search"], name="entry_search", gin_pending_list_limit=512),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LexiconWord(models.Model):
    """A word, without accents, and in how many messages it stands: what a typing error may have meant."""

    text = models.CharField(max_length=24, primary_key=True)
    count = models.BigIntegerField()

    class Meta:
        indexes = [
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="lexicon_trgm"),
            models.Index(OpClass("text", name="text_pattern_ops"), name="lexicon_beginning"),
        ]

    def __str__(self) -> str:
        return self.text


class LexiconProgress(models.Model):
    """How far the words of messages are counted; one row. `seen` is the newest key of the run before."""

    counted = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.counted)


class RecentSearch(models.Model):
    """What an agent searched for lately."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="recent_searches")
    text = models.CharField(max_length=200)
    searched_at = models.DateTimeField()

    class Meta:
        ordering = ["-searched_at"]
        constraints = [models.UniqueConstraint(fields=["agent", "text"], name="recent_search_once")]

    def __str__(self) -> str:
        return self.text
