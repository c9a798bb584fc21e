"""Malformed mails made from real ones: none crashes, is lost, or takes too long. `bin/fuzz-mail` reads many more."""

from comptoir.lib.mail.linking import Links
from tests.lib.fuzz_mail import trouble
from tests.lib.mutations import mutants, seeds

COUNT = 500
SEED = 20261124
SECONDS = 4.0  # a busy machine counts more than bin/fuzz-mail allows


def test_five_hundred() -> None:
    links, originals = Links(), seeds(largest=5_000)
    made = mutants(originals, SEED, COUNT)
    found = [(number, problem) for number, raw in made if (problem := trouble(raw, links, SECONDS))]
    assert found == [], f"seed {SEED}, the mails of up to 5,000 bytes"


def test_a_mutant_can_be_made_again() -> None:
    originals = seeds(None)
    once = [raw for _, raw in mutants(originals, 3, 20)]
    assert [raw for _, raw in mutants(originals, 3, 5, first=10)] == once[10:15]
    assert len(set(once)) > 15
