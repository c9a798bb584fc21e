"""What search answers against SQL on the same entries: the queries by class, milliseconds of both in turn, recall.

Plain is what one would write first: one exact statement for the same newest 50 conversations.
"""

import json
import random
import time

from bench import inside

inside.start()

from django.db import connection  # noqa: E402

from comptoir.conversations.models import SearchEntry  # noqa: E402
from comptoir.conversations.queries.search import find, lexemes, read  # noqa: E402
from comptoir.core.models import Agent, Role  # noqa: E402

COMMON = ["colis", "remboursement", "commande", "article", "colis commande", "merci"]
MID = ["vaisselle", "anniversaire", "entrepôt", "étiquette", "assiette", "transporteur", "facture", "couleur"]
PHRASES = ['"code promotionnel"', '"point relais"', '"mains propres"', '"remboursement a bien été effectué"']
EXACT = (
    "SELECT conversation_id FROM (SELECT DISTINCT ON (conversation_id) conversation_id, at, message_id "
    "FROM conversations_searchentry e JOIN conversations_conversation c ON c.id = e.conversation_id "
    "WHERE c.state NOT IN ('spam', 'trash', 'merged') AND search @@ %s::tsquery "
    "ORDER BY conversation_id, at DESC, message_id DESC) newest ORDER BY at DESC, message_id DESC LIMIT 50"
)


def queries(rng: random.Random) -> dict[str, list[str]]:
    """Two hundred, in six classes."""
    known = list(SearchEntry.objects.order_by("pk").values_list("pk", flat=True)[:1])
    assert known, "the data set has no messages"
    return {
        "common": [rng.choice(COMMON) for _ in range(40)],
        "mid": [rng.choice(MID) for _ in range(40)],
        "two": [" ".join(rng.sample(MID, 2)) for _ in range(40)],
        "rare": [f"MA-{rng.randint(10_000, 99_999)}" for _ in range(40)],
        "accents": [rng.choice(["ENTREPOT", "etiquette", "hote", "DEJA ecrit", "absente", "emballage dechire"]) for _ in range(20)],
        "phrase": [rng.choice(PHRASES) for _ in range(20)],
    }  # fmt: skip


def in_turn(texts: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each, as a page asks for it (rows and excerpts included) and plainly."""
    owner = Agent.objects.get(pk=Agent.objects.filter(role=Role.OWNER).values("pk")[:1])
    ours, plain = [], []
    with connection.cursor() as cursor:
        for text in texts:
            query = lexemes.query(read(text).terms)
            began = time.perf_counter()
            cursor.execute(EXACT, [query])
            cursor.fetchall()
            between = time.perf_counter()
            find(owner, read(text), correct=False)
            plain.append((between - began) * 1000)
            ours.append((time.perf_counter() - between) * 1000)
    return ours, plain


def recall(texts: set[str]) -> float:
    """The share of the exact newest 50 that search shows, at the same places."""
    owner = Agent.objects.filter(role=Role.OWNER).first()
    assert owner is not None
    right = wanted = 0
    with connection.cursor() as cursor:
        for text in sorted(texts):
            cursor.execute(EXACT, [lexemes.query(read(text).terms)])
            exact = [key for (key,) in cursor.fetchall()]
            shown = [match.conversation.pk for match in find(owner, read(text), correct=False).matches]
            right += sum(mine == other for mine, other in zip(shown, exact, strict=False))
            wanted += max(len(exact), len(shown))
    return right / wanted if wanted else 1.0


if __name__ == "__main__":
    asked = queries(random.Random(20_261_124))
    every = [text for texts in asked.values() for text in texts]
    in_turn(every)  # warm
    ours, plain = in_turn(every)
    common = ours[: len(asked["common"])]
    print(json.dumps({"queries": asked, "ours": ours, "plain": plain, "common": common, "recall": recall(set(every))}))
