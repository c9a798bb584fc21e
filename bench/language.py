"""`python -m bench.language [FILE]`: how often the language of a text is told, on sentences that we did not write.

Reads ../shared/data/language/ha_intents (10,793 native sentences, nine languages): each that has enough words, cut to
the first ones, each once.
"""

import json
import sys
import time
from pathlib import Path

from comptoir.lib.language import SPOKEN, read

DATA = Path(__file__).resolve().parents[2] / "shared/data/language/ha_intents/ha_intents_9lang.jsonl"
LENGTHS = (2, 3, 5, 8)


def sentences(path: Path, words: int) -> list[tuple[str, str]]:
    """(language, the first words) of each sentence that has as many, each once."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    cut = ((row["lang"], row["text"].split()) for row in rows)
    return list(dict.fromkeys((code, " ".join(text[:words])) for code, text in cut if len(text) >= words))


def share(cases: list[tuple[str, str]], known: dict[str, tuple[str, str, str, str]]) -> float:
    """How many of the cases are told right, with what is known of a writer of each language."""
    return sum(read(text).told(known[code]).language == code for code, text in cases) / len(cases)


def main() -> int:
    """Print the table; 1 when five words fall under 98.5 %."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not path.exists():
        print(f"{path} is not here: nothing to measure.")
        return 0
    nobody = dict.fromkeys(SPOKEN, ("", "", "", ""))
    right = {code: (code, code, "", "fr") for code in SPOKEN}
    wrong = {code: ("", SPOKEN[(place + 1) % len(SPOKEN)], "", "fr") for place, code in enumerate(SPOKEN)}
    read("load the model first")
    print("(a text that tells nothing counts as wrong)")
    print("words  cases  nothing known  known of the writer  another one known  ms CPU")
    five = 0.0
    for words in LENGTHS:
        cases, started = sentences(path, words), time.process_time()
        alone = share(cases, nobody)
        spent = (time.process_time() - started) / len(cases) * 1000
        five = alone if words == 5 else five
        print(
            f"{words:5}  {len(cases):5}  {alone:13.2%}  {share(cases, right):19.2%}  {share(cases, wrong):17.2%}  {spent:.3f}"
        )
    return int(five < 0.985)


if __name__ == "__main__":
    raise SystemExit(main())
