"""Fill the house: python -m tests.kill.seed receive | door SECRET | chat | send COUNT SMTP_PORT. Prints what the test needs to know."""

import sys

import django

django.setup()

from django.conf import settings as product  # noqa: E402

from comptoir.conversations.actions.answering import Written, reply  # noqa: E402
from comptoir.conversations.models import Message  # noqa: E402
from comptoir.core import keys  # noqa: E402
from comptoir.core.models import Schedule  # noqa: E402
from tests import world  # noqa: E402

ALWAYS = {"zone": "Europe/Paris", "week": [[["00:00", "24:00"]]] * 7, "closed": [], "special": {}}


def main() -> None:
    """Make the rows."""
    if sys.argv[1] == "receive":
        print(world.inbox(adapter="email").pk)
        return
    if sys.argv[1] == "door":
        print(world.inbox(adapter="email", webhook_secret=keys.encrypt(sys.argv[2])).public_id)
        return
    if sys.argv[1] == "chat":
        world.inbox("chat", schedule=Schedule.objects.create(name="Toujours", hours=ALWAYS))
        print(world.client_for(world.camille()).cookies[product.SESSION_COOKIE_NAME].value)
        return
    count, port = int(sys.argv[2]), int(sys.argv[3])
    settings = {"smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_security": "none"}
    inbox = world.inbox(adapter="email", settings=settings)
    camille = world.camille()
    camille.undo_seconds = 0
    for number in range(count):
        conversation = world.conversation(box=inbox, text=f"Question {number}")
        reply(conversation, Written(html=f"<p>Réponse {number}</p>"), agent=camille)
    print(Message.objects.filter(delivery="queued").count())


main()
