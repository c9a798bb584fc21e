"""Any endpoint that speaks OpenAI's chat completions, against one on this machine."""

import json
import threading
from collections.abc import Iterator

import pytest

from comptoir.adapters.openai.llm import OpenAI
from comptoir.ports.errors import PortError
from comptoir.ports.llm import Prompt
from tests.assistant.server import Service, serving

PROMPT = Prompt("Shorten.", "Bonjour", longest=50)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as made:
        yield made


def model(service: Service, *, seconds: float = 5, key: str = "sk-1") -> OpenAI:
    given = {"base_url": service.address, "model": "small", "key": key}
    return OpenAI(given, allow=("127.0.0.1",), seconds=seconds)


def refused(service: Service, **more: float) -> PortError:
    with pytest.raises(PortError) as caught:
        model(service, **more).complete(PROMPT)
    assert "sk-1" not in caught.value.message
    return caught.value


def test_it_asks_as_the_reference_says_and_reads_the_answer(service: Service) -> None:
    told = model(service).complete(PROMPT)
    assert (told.text, told.tokens_in, told.tokens_out, told.cut) == (service.text, 40, 9, False)
    asked = service.asked[0]
    assert (asked["model"], asked["max_tokens"], asked["stream"]) == ("small", 50, False)
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert "tools" not in asked
    assert service.keys == ["Bearer sk-1"]
    model(service, key="").complete(PROMPT)
    assert service.keys[1] == ""


@pytest.mark.parametrize(
    ("status", "headers", "code", "permanent", "wait"),
    [
        (429, {"retry-after": "7"}, "busy", False, 7),
        (429, {"retry-after": "soon"}, "busy", False, 0),
        (429, {"retry-after": "99999999"}, "busy", False, 0),
        (401, {}, "refused", True, 0),
        (403, {}, "refused", True, 0),
        (404, {}, "address", True, 0),
        (302, {"location": "http://127.0.0.1/"}, "address", True, 0),
        (500, {}, "server", False, 0),
        (503, {"retry-after": "3"}, "server", False, 3),
    ],
)
def test_a_refusal(
    service: Service, status: int, headers: dict[str, str], code: str, permanent: bool, wait: float
) -> None:
    service.status, service.headers, service.raw = status, headers, b'{"error": {"message": "bad key sk-1"}}'
    error = refused(service)
    assert (error.code, error.permanent, error.retry_after) == (code, permanent, wait)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "unreadable"),
        (b"<html>", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b"[]", "unreadable"),
        (b'{"choices": []}', "unreadable"),
        (b'{"choices": [{"message": {}}]}', "unreadable"),
        (b'{"choices": [{"message": {"content": ["x"]}}]}', "unreadable"),
        (b"[" * 200_000, "unreadable"),
        (b'{"choices": [{"message": {"content": null}}]}', "empty"),
        (b'{"choices": [{"message": {"content": "  "}}]}', "empty"),
        (b"x" * 1_500_000, "too_large"),
    ],
)
def test_an_answer_that_is_none(service: Service, raw: bytes, code: str) -> None:
    service.raw = raw
    assert refused(service).code == code


def test_counts_that_are_nonsense_are_nought(service: Service) -> None:
    usage = {"prompt_tokens": -4, "completion_tokens": "many"}
    choice = {"message": {"content": "Oui"}, "finish_reason": "length"}
    service.raw = json.dumps({"choices": [choice], "usage": usage}).encode()
    told = model(service).complete(PROMPT)
    assert (told.tokens_in, told.tokens_out, told.cut) == (0, 0, True)


def test_a_service_that_does_not_answer(service: Service) -> None:
    service.hold = threading.Event()
    assert refused(service, seconds=0.2).code == "slow"
    service.hold.set()


@pytest.mark.parametrize(
    "address", ["", "ftp://x/v1", "https://", "https://me:pw@x.example/v1", "https://x.example/v1?a=b"]
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(PortError) as caught:
        OpenAI({"base_url": address, "model": "m"}).complete(PROMPT)
    assert caught.value.code == "address"


def test_the_private_network_only_when_it_is_allowed(service: Service) -> None:
    with pytest.raises(PortError) as caught:
        OpenAI({"base_url": service.address, "model": "m", "key": "k"}).complete(PROMPT)
    assert (caught.value.code, caught.value.permanent) == ("forbidden", True)
    assert service.asked == []


def test_nobody_listens() -> None:
    with serving() as gone:
        address = gone.address
    with pytest.raises(PortError) as caught:
        OpenAI({"base_url": address, "model": "m"}, allow=("127.0.0.1",)).complete(PROMPT)
    assert caught.value.code == "network"
