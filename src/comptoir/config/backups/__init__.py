"""One file that holds the database and all files; brought back whole or not at all. Keys are never inside.

The file is a tar: `manifest.json`, `database/000000...` (pg_dump's custom format in pieces), `files/<key>`, and last
`SHA256SUMS`. It is written to one side, read again and verified, then renamed.
"""


class BackupProblem(Exception):
    """A backup cannot be made or brought back; the text says what happened and what was kept."""
