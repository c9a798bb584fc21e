"""One style sheet per audience, concatenated from one file per component: `python -m comptoir.ui.bundle`.

A browser fetches one file; a person edits small ones. The result is committed; a test fails when it is stale.
"""

from pathlib import Path

HERE = Path(__file__).parent
STYLES = HERE / "styles"
STATIC = HERE / "static" / "ui"

ORDER = {
    "agent": (
        "base icon kbd button chip avatar promise field control tabs panel table menu frame rail views list conversation "
        "message composer editor toast customer timeline order settings macro auth empty dialog palette lightbox loading print"
    ),
    "shopper": (
        "base type icon frame avatar button card state callout facts product progress timeline choice field control order "
        "chat dialog toast loading print"
    ),
}


def build(audience: str) -> str:
    """The whole style sheet of an audience ("agent" or "shopper"), tokens first."""
    sources = [STYLES / "tokens.css", *(STYLES / audience / f"{name}.css" for name in ORDER[audience].split())]
    head = f"/* Made by `python -m comptoir.ui.bundle` from ui/styles/{audience}/: edit there. */\n"
    return head + "\n".join(f"/* {path.stem} */\n{path.read_text().strip()}\n" for path in sources)


def main() -> None:
    """Write both style sheets."""
    for audience in ORDER:
        (STATIC / f"{audience}.css").write_text(build(audience))


if __name__ == "__main__":
    main()
