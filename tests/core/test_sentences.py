"""The journal speaks: every verb that is recorded has a sentence, and every sentence an English one."""

import ast
import string
from collections.abc import Iterator

from django.utils import translation

from comptoir.core.sentences import FIELDS, sentences
from tests.architecture.sources import files, imports, tree

Function = ast.FunctionDef | ast.AsyncFunctionDef
ALIKE = {"secrets", "signature", "site"}  # the same word in both languages
NARROW = "\u202f"
ASIDE = "comptoir.conversations.actions.side_news.record_aside"
CASE = "comptoir.care.actions.telling.record_on"
FIELDS_FILLED = "comptoir.core.custom.values"
RECORDING = {"comptoir.core.events.record", "comptoir.core.models.Event", ASIDE, CASE, FIELDS_FILLED}


def test_every_recorded_verb_has_a_sentence() -> None:
    assert set(recorded_verbs()) - set(sentences()) == set()


def test_every_sentence_is_of_a_verb_that_is_recorded() -> None:
    assert set(sentences()) - set(recorded_verbs()) == set()


def test_every_sentence_has_its_english() -> None:
    french = {verb: str(text) for verb, text in sentences().items()}
    with translation.override("en"):
        english = {verb: str(text) for verb, text in sentences().items()}
    assert [verb for verb, text in french.items() if english[verb] == text] == []
    assert [verb for verb, text in french.items() if placeholders(english[verb]) - placeholders(text)] == []


def test_every_field_has_its_english() -> None:
    from comptoir.core.sentences import _fields

    french = {name: str(text) for name, text in _fields().items()}
    with translation.override("en"):
        assert [text for name, text in french.items() if str(_fields()[name]) == text and text not in ALIKE] == []
    assert set(FIELDS) <= set(french)


def test_sentences_keep_french_spaces() -> None:
    said = [str(text) for text in sentences().values()]
    assert [text for text in said for mark in ":;!?" if f" {mark}" in text or f"\xa0{mark}" in text] == []
    assert any(NARROW in text for text in said)


def placeholders(text: str) -> set[str]:
    """The names that a sentence leaves open, in either spelling."""
    if "%(" in text:
        return {part.partition(")")[0] for part in text.split("%(")[1:]}
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def recorded_verbs() -> Iterator[str]:
    """Every verb that a call gives to `record`, to `Event(verb=...)` or to a function of ours with a `verb`."""
    for path in files():
        if not RECORDING & set(imports(path)):
            continue
        functions = [node for node in ast.walk(tree(path)) if isinstance(node, Function)]
        recorders = {function.name: position for function in functions if (position := verb_position(function)) >= 0}
        recorders.setdefault("record", 1)
        recorders.setdefault("record_many", 1)
        recorders.setdefault("record_aside", 2)
        recorders.setdefault("record_on", 1)
        recorders.setdefault("fill", 99)
        for function in functions:
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                if name == "Event" or name in recorders:
                    yield from verbs_of(given(call, recorders.get(name, 99)), [function, tree(path)], path.name)


def verb_position(function: Function) -> int:
    """Where callers write the verb; -1 when the function takes none."""
    names = [
        argument.arg
        for argument in [*function.args.args, *function.args.kwonlyargs]
        if argument.arg not in {"self", "cls"}
    ]
    return names.index("verb") if "verb" in names else -1


def given(call: ast.Call, position: int) -> ast.expr | None:
    """The argument of a call that is the verb."""
    for keyword in call.keywords:
        if keyword.arg == "verb":
            return keyword.value
    return call.args[position] if position < len(call.args) else None


def verbs_of(value: ast.expr | None, around: list[ast.AST], place: str) -> Iterator[str]:
    """The words that an expression may be; a parameter `verb` is left to the function's own callers."""
    if value is None:  # another Event than ours, which has no verb
        return
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from verbs_of(value.body, around, place)
        yield from verbs_of(value.orelse, around, place)
    elif isinstance(value, ast.Subscript):
        yield from verbs_of(value.value, around, place)
    elif isinstance(value, ast.Dict):
        for found in value.values:
            yield from verbs_of(found, around, place)
    elif isinstance(value, ast.Name):
        function = around[0]
        if isinstance(function, Function) and value.id == "verb" and verb_position(function) >= 0:
            return
        assigned = [found for scope in around for found in assignments(scope, value.id)]
        assert assigned, f"{place}: which verb is {value.id}?"
        for found in assigned:
            yield from verbs_of(found, around, place)
    else:
        raise AssertionError(f"{place}: a verb must be a word that can be found")


def assignments(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """What a name is given in a function, or at the top of a file."""
    nodes = scope.body if isinstance(scope, ast.Module) else ast.walk(scope)
    for node in nodes:
        if isinstance(node, ast.Assign) and any(isinstance(at, ast.Name) and at.id == name for at in node.targets):
            yield node.value
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
            and node.value
        ):
            yield node.value
