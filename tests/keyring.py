"""The suite's keyring: the same at every run, so that a failure repeats itself."""

import json

KEYS = json.dumps(
    {use: {"1": f"{use}-key-of-the-suite-which-is-long-enough"} for use in ("signing", "encryption", "digest")}
)
