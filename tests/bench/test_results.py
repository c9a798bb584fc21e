"""The arithmetic of bin/bench."""

import json
from pathlib import Path

import pytest
from bench.load import whole_length
from bench.results import Ratio, Row, percentile, table, write


def test_the_median_of_the_rounds_ratios_is_taken_not_the_ratio_of_medians() -> None:
    assert Ratio([10, 40, 9], [5, 10, 9]).value == 2  # rounds: 2, 4, 1
    assert Ratio([10, 40, 9], [5, 10, 9]).note("ms", 0) == "10 against 9 ms"


def test_percentiles_are_values_that_were_measured() -> None:
    values = list(range(1, 101))
    assert percentile(values, 0.95) == 95
    assert percentile(values, 0.5) == 50
    assert percentile([7.0], 0.95) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_row_holds_on_its_side_of_the_target() -> None:
    assert Row("a", 2.0, "x", 2.0).holds is True
    assert Row("a", 2.1, "x", 2.0).holds is False
    assert Row("a", 0.4, "of raw", 0.35, at_least=True).holds is True
    assert Row("a", 0.3, "of raw", 0.35, at_least=True).holds is False
    assert Row("a", 12, "s").holds is None


def test_rows_are_shown_and_written(tmp_path: Path) -> None:
    rows = [Row("fast", 1.5, "x", 2.0, note="why"), Row("slow", 9, "x", 2.0), Row("seen", 3, "s")]
    lines = table(rows).splitlines()
    assert "holds" in lines[1]
    assert "MISSES" in lines[2]
    write(rows, tmp_path / "rows.json")
    written = json.loads((tmp_path / "rows.json").read_text())
    assert [(row["name"], row["value"], row["unit"], row["target"], row["holds"]) for row in written] == [
        ("fast", 1.5, "x", 2.0, True),
        ("slow", 9, "x", 2.0, False),
        ("seen", 3, "s", None, None),
    ]


def test_an_answer_is_whole_when_its_length_came() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert whole_length(bytearray(head[:20])) == -1
    assert whole_length(bytearray(head + b"he")) == len(head) + 5
    with pytest.raises(ValueError, match="Content-Length"):
        whole_length(bytearray(b"HTTP/1.1 200 OK\r\n\r\n"))
