"""Which SQL a page runs: `capture ASKS FILE` asks for each page in-process and writes its statements to FILE (pickle).

Each page is asked twice and the second time is kept, so that what a process keeps (SQL, templates) is there, as in a
server that has been up for a while.
"""

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import inside

inside.start()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

settings.REMEMBER_SECONDS = 3_600.0  # a page that meets the end of that memory asks more, once in five seconds
Statement = tuple[str, Any]


def statements_of(path: str, cookie: str) -> tuple[int, list[Statement], int]:
    """Status, statements and size of a page."""
    client = Client(headers={"accept-language": "fr"}, SERVER_NAME="localhost", HTTP_COOKIE=cookie)
    ran: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        ran.append((sql, params))
        return execute(sql, params, many, context)

    client.get(path)
    with connection.execute_wrapper(note):
        response = client.get(path)
    return response.status_code, ran, len(response.content)


if __name__ == "__main__":
    pages = [statements_of(ask["path"], ask["cookie"]) for ask in json.loads(Path(sys.argv[1]).read_text())]
    Path(sys.argv[2]).write_bytes(pickle.dumps([statements for _, statements, _ in pages]))
    counted = [len(statements) for _, statements, _ in pages]
    print(
        json.dumps(
            {
                "statuses": [status for status, _, _ in pages],
                "queries": counted,
                "sizes": [size for _, _, size in pages],
            }
        )
    )
