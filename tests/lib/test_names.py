"""First and last names."""

import pytest

from comptoir.lib.names import first_name, last_name


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Claire Vasseur", "Claire", "Vasseur"),
        ("VASSEUR Claire", "Claire", "Vasseur"),
        ("CLAIRE VASSEUR", "Claire", "Vasseur"),
        ("Vasseur, Claire", "Claire", "Vasseur"),
        ("jean-pierre le goff", "Jean-Pierre", "Le Goff"),
        ("Mme Vasseur", "", "Vasseur"),
        ("Herr Dr. Müller", "", "Müller"),
        ("Claire", "Claire", ""),
        ("Maison Bleue SARL", "", ""),
        ("claire@orange.example", "", ""),
        ("Client 4271", "", ""),
        ("Visiteuse de Quimper", "", ""),
        ("", "", ""),
        ("  Ann   O’Neill ", "Ann", "O’Neill"),
    ],
)
def test_names(name: str, first: str, last: str) -> None:
    assert (first_name(name), last_name(name)) == (first, last)
