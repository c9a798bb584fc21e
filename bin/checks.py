"""What CI checks, one after the other: stops at nothing, and says at the end what failed."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
CHECKS: dict[str, list[str]] = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "types": [PYTHON, "-m", "mypy"],
    "contracts": [PYTHON, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "templates": [PYTHON, "-m", "djlint", "src", "--lint", "--quiet"],
    "migrations": [
        PYTHON,
        "bin/embedded.py",
        PYTHON,
        "-m",
        "comptoir",
        "manage",
        "makemigrations",
        "--check",
        "--dry-run",
    ],
    "translations": [PYTHON, "bin/messages.py", "--check"],
    "tests": [PYTHON, "-m", "pytest"],
}


def main() -> int:
    """Run the checks."""
    parser = argparse.ArgumentParser(prog="bin/ci", description="Everything that CI checks.")
    parser.add_argument("--without-tests", action="store_true")
    parser.add_argument("only", nargs="*", choices=[*CHECKS, []], help="some checks only")
    arguments = parser.parse_args()
    chosen = arguments.only or [name for name in CHECKS if name != "tests" or not arguments.without_tests]
    failed = [name for name in chosen if not passes(name)]
    print("\nAll checks passed." if not failed else f"\nFailed: {', '.join(failed)}.")
    return 1 if failed else 0


def passes(name: str) -> bool:
    """Run one check; its output is shown when it fails, and the tests' always."""
    print(f"{name} ...", end=" ", flush=True)
    started = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, capture_output=name != "tests", text=True, check=False)
    print(f"{'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode and name != "tests":
        print((done.stdout + done.stderr).strip()[-8_000:])
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
