"""`comptoir health`: ask a running server how it is (for Docker's HEALTHCHECK and for people)."""

import argparse
import json
import sys
import urllib.error
import urllib.request

from comptoir.config.environment import Environment


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--url", help="the server's address; the local one by default")
    parser.add_argument("--strict", action="store_true", help="degraded is a failure too")


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 when the server is down."""
    environment = Environment.read()
    host = "127.0.0.1" if environment.host in {"0.0.0.0", "::", ""} else environment.host  # noqa: S104
    url = arguments.url or f"http://{host}:{environment.port}"
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as answer:
            report = json.load(answer)
    except urllib.error.HTTPError as error:
        report = json.loads(error.read() or b"{}")
    except (OSError, ValueError) as error:
        print(f"No answer from {url}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report, indent=2))
    return 0 if report.get("status") == "ok" or (report.get("status") == "degraded" and not arguments.strict) else 1
