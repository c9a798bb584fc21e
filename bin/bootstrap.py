"""Make the environment of this checkout with Python's standard library alone, then hand over to what was asked.

A second start finds its stamp and costs a few milliseconds. Nothing is installed outside the environment, except,
as root and said aloud: python3-venv where Debian left it out; Chromium and Dovecot for the tests that need them.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = Path(os.environ.get("COMPTOIR_VENV") or ROOT / ".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "comptoir-stamp.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
NEEDS = {
    "run": "runtime",
    "comptoir": "runtime",
    "test": "dev",
    "ci": "dev",
    "messages": "dev",
    "bench": "dev",
    "fuzz-mail": "dev",
}


class Problem(Exception):
    """A plain sentence for the person at the keyboard."""


def main() -> int:
    """Prepare, then become the wanted program."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace", line_buffering=True)
    what, arguments = sys.argv[1], sys.argv[2:]
    try:
        prepare(NEEDS[what], quiet=what == "comptoir")
        if what == "test":
            chromium()
            dovecot()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was installed so far is kept; start again to go on.", file=sys.stderr)
        return 130
    os.chdir(ROOT) if what in {"test", "ci", "messages", "bench", "fuzz-mail"} else None
    command = {
        "run": ["-m", "comptoir.config.cli", "run"],
        "comptoir": ["-m", "comptoir.config.cli"],
        "test": ["-m", "pytest"],
        "ci": [str(ROOT / "bin" / "checks.py")],
        "messages": [str(ROOT / "bin" / "messages.py")],
        "bench": ["-m", "bench"],
        "fuzz-mail": ["-m", "tests.lib.fuzz_mail"],
    }[what]
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.execv(PYTHON, [str(PYTHON), *command, *arguments])


def prepare(level: str, quiet: bool) -> None:
    """Bring the environment to that lock, unless its stamp says that it is there."""
    if current(level):
        return
    writable(VENV.parent if not VENV.exists() else VENV)
    VENV.mkdir(parents=True, exist_ok=True)
    with (VENV / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another start that is installing packages ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if current(level):
            return
        out = sys.stderr if quiet else sys.stdout
        STAMP.unlink(missing_ok=True)
        make_environment(out)
        with step(f"Packages of {LOCKS[level].name} (the first time takes about half a minute)", out):
            install(LOCKS[level])
        link_source()
        stamp = {level: digest(LOCKS[level])} | ({"runtime": digest(LOCKS["runtime"])} if level == "dev" else {})
        STAMP.write_text(json.dumps({"root": str(ROOT), "python": version(PYTHON), "locks": stamp}))


def current(level: str) -> bool:
    """Whether the stamp matches this checkout, this lock and a Python that still runs."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    fits = stamp["root"] == str(ROOT) and stamp["locks"].get(level) == digest(LOCKS[level])
    return fits and os.access(PYTHON, os.X_OK)


def make_environment(out) -> None:
    """`python -m venv`, or what a machine without ensurepip offers instead."""
    if version(PYTHON) and succeeds(PYTHON, "-m", "pip", "--version"):
        return
    with step(f"Virtual environment in {VENV}", out):
        base = getattr(sys, "_base_executable", sys.executable)
        command = [base, "-m", "venv", "--clear", str(VENV)]
        lock_kept = (VENV / ".lock").exists()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode and "ensurepip" in done.stdout + done.stderr and install_venv_package(out):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise Problem(
                "This Python cannot make a virtual environment with pip. On Debian or Ubuntu: apt install python3-venv"
                f"\nIt said: {said[-600:]}"
            )
        if lock_kept:
            (VENV / ".lock").touch()


def install_venv_package(out) -> bool:
    """As root on Debian or Ubuntu, install python3-venv."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    name = f"python3.{sys.version_info.minor}-venv"
    print(f"\n  installing {name} with apt-get, which this Python lacks ...", file=out)
    return apt("install", "-y", "--no-install-recommends", name)


def install(lock: Path) -> None:
    """Install exactly what the lock says, each file checked against its hash."""
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command = [*pip, "install", "--quiet", "--progress-bar", "off", "--require-hashes", "-r", lock]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip()
        if "No space left" in said:
            raise Problem(f"The disk of {VENV} is full. Make room, then start again.")
        raise Problem(f"The packages could not be installed (is this machine connected?):\n{said[-1500:]}")


def link_source() -> None:
    """Put `src` on the environment's path: the checkout itself runs, without a build and without the network."""
    for packages in sorted((VENV / "lib").glob("python3*/site-packages")):
        (packages / "comptoir-checkout.pth").write_text(f"{ROOT / 'src'}\n")


def chromium() -> None:
    """Browser tests need Chromium: install it when we may, else they are skipped and say why."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    if os.environ.get("COMPTOIR_NO_CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    with step("Chromium for the browser tests (apt-get)", sys.stdout):
        if not (apt("install", "-y", "--no-install-recommends", "chromium")):
            print("it could not be had, so the browser tests are skipped", end=" ")


def dovecot() -> None:
    """The mail story reads a real Dovecot: install it when we may; it is started by the test alone, never as a service."""
    if shutil.which("dovecot", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"):
        return
    if os.environ.get("COMPTOIR_NO_DOVECOT") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    with step("Dovecot for the mail story (apt-get)", sys.stdout):
        if not apt("install", "-y", "--no-install-recommends", "dovecot-imapd"):
            print("it could not be had, so that story is skipped", end=" ")


def apt(*arguments: str) -> bool:
    """Run apt-get, refreshing its lists once; True when it worked."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # nothing installed is started
    for command in (("update",), arguments):
        done = subprocess.run(
            ["apt-get", "-q", *command], capture_output=True, check=False, env=environment, stdin=subprocess.DEVNULL
        )
    return done.returncode == 0


def writable(folder: Path) -> None:
    """Raise a sentence when the environment cannot be written."""
    if not os.access(folder, os.W_OK):
        raise Problem(
            f"{folder} cannot be written by this user. Clone Comptoir into a folder of your own, or set COMPTOIR_VENV "
            "(where packages go) and COMPTOIR_HOME (where data go) to folders that you can write."
        )


def digest(path: Path) -> str:
    """The hash of a lock file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def succeeds(*command) -> bool:
    """Whether a program runs and is content."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def version(python: Path) -> str:
    """The version of a Python, or nothing when it does not run."""
    code = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        return subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


@contextmanager
def step(title: str, out):
    """Print a step and how long it took."""
    print(f"{title} ...", end=" ", flush=True, file=out)
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:.1f} s", file=out)


if __name__ == "__main__":
    sys.exit(main())
