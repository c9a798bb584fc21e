"""What the documentation says is true: settings, commands, links, and no address of a package index."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from comptoir.config import environment
from comptoir.config.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")]
    if ".venv" not in path.parts
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INDEX = re.compile(
    r"https?://[\w.-]*(?:pypi|npmjs|npm\.|registry|pythonhosted|artifactory|nexus|devpi|/simple\b)"
    r"|https?://[^\s\"')>]*/(?:simple|pypi|npm|registry|index)/",
    re.IGNORECASE,
)
# Read by the shell or by XDG's rule, and told beside the table.
NOT_OURS = {"XDG_DATA_HOME"}


def settings_of_the_code() -> set[str]:
    """Every variable that `Environment.read` and what it calls ask for."""
    tree = ast.parse(Path(environment.__file__).read_text())
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in words if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word)} - NOT_OURS


def settings_of_the_table() -> set[str]:
    """Every variable that has a line in the table of operations.md."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE))


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    assert settings_of_the_table() == settings_of_the_code()


def test_defaults_are_those_of_the_code() -> None:
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", OPERATIONS, re.MULTILINE))
    read = environment.Environment.read({})
    assert told["COMPTOIR_HOST"] == read.host
    assert told["COMPTOIR_PORT"] == str(read.port)
    assert told["COMPTOIR_THREADS"] == str(read.threads)
    assert told["COMPTOIR_LOG"] == read.log_format
    assert told["COMPTOIR_BACKUPS_KEEP"] == str(read.backup_keep)


def test_every_command_is_told() -> None:
    assert [name for name in COMMANDS if f"| `comptoir {name}` |" not in OPERATIONS] == []
    told = re.findall(r"^\| `comptoir ([a-z-]+)` \|", OPERATIONS, re.MULTILINE)
    assert sorted(told) == sorted(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors(found)):
            broken.append(target)
    assert broken == []


def test_files_that_the_architecture_names_exist() -> None:
    text = FENCE.sub("", (ROOT / "docs" / "architecture.md").read_text())
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|js|md))`", text)
    places = ["", "src/comptoir/", "src/comptoir/conversations/"]
    assert named
    assert [name for name in named if not any((ROOT / place / name).exists() for place in places)] == []


def test_no_file_holds_the_address_of_a_package_index() -> None:
    assert [path for path, text in tracked_texts() if INDEX.search(text)] == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every text file that git knows, with its text; without git (an unpacked archive), what lies there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name] or [
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("*"), *(ROOT / "src").rglob("*"), *(ROOT / "docs").rglob("*")]
    ]
    for name in names:
        path = ROOT / name
        if name == "tests/docs/test_docs.py" or not path.is_file():
            continue
        try:
            yield name, path.read_text()
        except UnicodeDecodeError:
            continue
