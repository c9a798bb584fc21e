"""Two agents merge two conversations crosswise at the same instant: one merge is made, nothing goes round in a circle."""

import threading
from typing import Any

import pytest
from django.db import connection

from comptoir.conversations.actions.joining import CannotJoin, merge
from comptoir.conversations.models import Conversation, Joining, Message
from comptoir.core.actors import SYSTEM
from comptoir.core.events import ensure_partitions
from tests import world


@pytest.mark.django_db(transaction=True)
def test_a_crosswise_merge_is_made_once() -> None:
    ensure_partitions()
    one, other = world.conversation(), world.conversation()
    ready, outcomes = threading.Barrier(2), list[Any]()

    def try_it(source: Conversation, target: Conversation) -> None:
        ready.wait(5)
        try:
            outcomes.append(merge(source, target, actor=SYSTEM).pk)
        except CannotJoin as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes.count("merged") == 1
    done = Joining.objects.get()
    assert (done.source.merged_into_id, done.target.merged_into_id) == (done.target_id, None)
    assert set(Message.objects.values_list("conversation", flat=True)) == {done.target_id}
