"""A provider that posts signed mails until each is acknowledged: python -m tests.kill.posting URL SECRET COUNT."""

import sys
import time

import httpx

from comptoir.lib.signatures import sign


def main() -> None:
    """Post; prints the number of each mail once it is acknowledged."""
    address, secret, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for number in range(1, count + 1):
        body = (
            f"From: client{number}@orange.example\r\nMessage-ID: <door-{number}@x.example>\r\n\r\nBonjour\r\n".encode()
        )
        while True:
            at, key = int(time.time()), f"delivery-{number}"
            headers = {
                "webhook-id": key,
                "webhook-timestamp": str(at),
                "webhook-signature": sign(secret, key, at, body),
            }
            try:
                answer = httpx.post(address, content=body, headers=headers, timeout=5)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 202:
                break
            time.sleep(0.05)
        print(number, flush=True)


main()
