"""Asks POST {base address}/chat/completions and reads one answer; nothing of the vendor's library is needed for that.

The reference: https://platform.openai.com/docs/api-reference/chat/create
"""

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from comptoir.lib import http
from comptoir.ports.errors import PortError
from comptoir.ports.llm import Completion, Prompt

LIMIT = 1_000_000  # bytes of an answer
SECONDS = 60.0
LONGEST_WAIT = 3_600.0
TEMPERATURE = 0.2


class OpenAI:
    """Any endpoint that speaks the chat completions of OpenAI."""

    def __init__(self, settings: Mapping[str, str], *, allow: Collection[str] = (), seconds: float = SECONDS) -> None:
        self._base = settings.get("base_url", "").rstrip("/")
        self._model, self._key = settings.get("model", ""), settings.get("key", "")
        self._allow, self._seconds = allow, seconds

    def complete(self, prompt: Prompt) -> Completion:
        """Ask once and wait."""
        parts = urlsplit(self._base)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise PortError("The address is no address of a service.", permanent=True, code="address")
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": prompt.task}, {"role": "user", "content": prompt.text}],
            "max_tokens": prompt.longest,
            "temperature": TEMPERATURE,
            "stream": False,
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        status, asked_wait, content = self._post(body, headers)
        if status != 200:
            raise _refusal(status, asked_wait)
        return _read(content)

    def _post(self, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, float, bytes]:
        try:
            with http.client(allow=self._allow, limit=LIMIT, timeout=self._seconds, total=self._seconds) as client:
                answer = client.post(f"{self._base}/chat/completions", json=body, headers=headers)
                return answer.status_code, _wait(answer), answer.content
        except http.ForbiddenAddress as problem:
            raise PortError("The address is in a private network.", permanent=True, code="forbidden") from problem
        except http.TooLarge as problem:
            raise PortError("The answer is too large.", code="too_large") from problem
        except httpx.TimeoutException as problem:
            raise PortError("The service did not answer in time.", code="slow") from problem
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as problem:
            raise PortError(f"The service cannot be reached: {type(problem).__name__}", code="network") from problem


def _refusal(status: int, wait: float) -> PortError:
    """A status that is not 200 as an error; the answer's own words are not repeated, since they may quote the key."""
    if status in (401, 403):
        return PortError("The service refused the key.", permanent=True, code="refused")
    if status == 429:
        return PortError("The service is busy.", code="busy", retry_after=wait)
    if status >= 500:
        return PortError(f"The service failed ({status}).", code="server", retry_after=wait)
    return PortError(f"The service did not take the request ({status}).", permanent=True, code="address")


def _wait(answer: httpx.Response) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdecimal() and len(text) < 8 else 0.0


def _read(content: bytes) -> Completion:
    try:
        told = json.loads(content)
        choice = told["choices"][0]
        text = choice["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as problem:
        raise PortError("The answer cannot be read.", code="unreadable") from problem
    if text is None or (isinstance(text, str) and not text.strip()):
        raise PortError("The answer is empty.", code="empty")
    if not isinstance(text, str):
        raise PortError("The answer cannot be read.", code="unreadable")
    usage = told.get("usage") if isinstance(told.get("usage"), dict) else {}
    return Completion(
        text,
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
        cut=choice.get("finish_reason") == "length",
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000 else 0
