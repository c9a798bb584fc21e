# Sourced by the other scripts: finds the checkout (ROOT) and a Python that is new enough (PYTHON).
ROOT=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
PYTHON=
for candidate in "${COMPTOIR_PYTHON:-}" "${COMPTOIR_VENV:-$ROOT/.venv}/bin/python" \
    python3 python3.11 python3.12 python3.13 python3.14 python; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        PYTHON=$candidate
        break
    fi
done
if [ -z "$PYTHON" ]; then
    echo "Comptoir needs Python 3.11 or newer, and none was found on PATH." >&2
    echo "On Debian or Ubuntu: apt install python3 python3-venv. Or name one: COMPTOIR_PYTHON=/path/to/python3.12 $0" >&2
    exit 1
fi
