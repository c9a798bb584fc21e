"""Sign agents in, and say what pages there are for them: cookies, lists, conversations of 5 and of 200 messages."""

import json

from bench import inside

inside.start()

from importlib import import_module  # noqa: E402

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection  # noqa: E402

from comptoir.conversations.models import View  # noqa: E402
from comptoir.core import sessions  # noqa: E402
from comptoir.core.models import Agent, Team  # noqa: E402

SAMPLE = 40


def sign_in(agent: Agent) -> str:
    """A cookie of a fresh session."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(agent.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    store.save()
    sessions.opened(agent, str(store.session_key), device="bench", network_address="127.0.0.1")
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def lists() -> list[str]:
    """The slugs of the lists that every agent sees."""
    built_in = ["mine", "unassigned", "team", "pending", "closed"]
    teams = [f"team-{key}" for key in Team.objects.values_list("pk", flat=True)]
    views = [f"view-{key}" for key in View.objects.filter(agent=None).values_list("pk", flat=True)]
    return [*built_in, *teams, *views]


def threads(messages: int) -> list[int]:
    """Conversations with exactly that many messages, in the shop that everyone sees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.conversation_id FROM bench_detail d JOIN conversations_conversation c ON c.id = d.conversation_id "
            "WHERE d.messages = %s AND c.shop_id = 1 AND c.state NOT IN ('spam', 'trash') ORDER BY 1 LIMIT %s",
            [messages, SAMPLE],
        )
        return [key for (key,) in cursor.fetchall()]


if __name__ == "__main__":
    cookies = [sign_in(agent) for agent in Agent.objects.order_by("pk") if agent.is_active]
    print(json.dumps({"cookies": cookies, "lists": lists(), "short": threads(5), "long": threads(200)}))
