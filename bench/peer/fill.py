"""`python -m bench.peer.fill OURS`: django-helpdesk's tables, the tickets of the data set at OURS, an agent signed in.

A conversation is a ticket, its first message the description, each further one a follow-up. The same share is open.
Prints one line of JSON: the agent's cookie, the open list's query, tickets of five messages.
"""

import json
import os
import sys
from importlib import import_module

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer.settings"

import django

django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from helpdesk.models import Queue  # noqa: E402
from helpdesk.query import query_to_base64  # noqa: E402

TICKETS = (
    "SELECT c.id, c.subject, c.shop_id, c.created_at, c.last_message_at, i.value, c.assignee_id, "
    "CASE c.state WHEN 'open' THEN 1 WHEN 'pending' THEN 3 WHEN 'snoozed' THEN 3 ELSE 4 END, c.state = 'snoozed', "
    "m.text, 3 - greatest(c.priority, 0), substr(md5(c.id::text), 1, 16) FROM conversations_conversation c "
    "JOIN customers_identity i ON i.id = c.identity_id JOIN LATERAL (SELECT text FROM conversations_message m "
    "WHERE m.conversation_id = c.id ORDER BY m.id LIMIT 1) m ON true"
)
FOLLOW_UPS = (
    "SELECT conversation_id, created_at, 'Comment', text, kind <> 'note', agent_id, message_id FROM (SELECT *, "
    "row_number() OVER (PARTITION BY conversation_id ORDER BY id) AS place FROM conversations_message) m WHERE place > 1"
)
COLUMNS = {
    "helpdesk_ticket": (
        "id, title, queue_id, created, modified, submitter_email, assigned_to_id, status, on_hold, description, "
        "priority, secret_key"
    ),
    "helpdesk_followup": "ticket_id, date, title, comment, public, user_id, message_id",
}


def fill(ours: str) -> None:
    """Tables and rows; sizes told to the planner."""
    call_command("migrate", verbosity=0)
    for key, slug in ((1, "alba"), (2, "brume")):
        Queue.objects.create(pk=key, title=slug.title(), slug=slug)
    with psycopg.connect(ours) as source, connection.cursor() as cursor:
        for key, email, name in source.execute("SELECT id, email, name FROM core_agent").fetchall():
            get_user_model().objects.create(
                pk=key, username=email, email=email, first_name=name, is_staff=True, is_superuser=key == 1
            )
        for table, query in zip(COLUMNS, (TICKETS, FOLLOW_UPS), strict=True):
            with (
                source.cursor().copy(f"COPY ({query}) TO STDOUT") as out,
                cursor.copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as into,
            ):
                for data in out:
                    into.write(data)
        cursor.execute("VACUUM (ANALYZE)")


def sign_in() -> str:
    """A cookie of a session of the first agent, who may see all."""
    agent = get_user_model().objects.get(pk=1)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(agent.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def asked(words: str = "") -> str:
    """The address of a list's rows as its page asks for them: all open tickets, or those that hold the words."""
    wanted = {"filtering": {} if words else {"status__in": [1, 2]}, "filtering_null": {}, "sorting": "created"}
    wanted |= {"search_string": words, "sortreverse": True}
    return f"/datatables_ticket_list/{query_to_base64(wanted)}?draw=1&start=0&length=50"


if __name__ == "__main__":
    fill(sys.argv[1])
    words = json.loads(sys.argv[2])
    print(json.dumps({"cookie": sign_in(), "list": asked(), "search": [asked(text) for text in words]}))
