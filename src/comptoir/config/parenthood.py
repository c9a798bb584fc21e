"""A child of the supervisor ends with it, even when the supervisor is killed outright."""

import ctypes
import os
import signal
import sys

VARIABLE = "COMPTOIR_SUPERVISOR"
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the supervisor dies; no effect when there is none."""
    parent = os.environ.get(VARIABLE)
    if not parent or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)
