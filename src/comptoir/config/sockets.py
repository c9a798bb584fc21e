"""The port we listen on, and how many files a process may have open; standard library only."""

import errno
import resource
import socket

BACKLOG = 2_048


def bind(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    """A socket that listens there; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def refusal(host: str, port: int, error: OSError) -> str:
    """Why the port cannot be had, in a sentence."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken by another program. Choose another: COMPTOIR_PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user: choose one above 1023 with COMPTOIR_PORT."
    return f"Comptoir cannot listen on {host}:{port}: {error.strerror or error}."


def raise_file_limit() -> None:
    """Each stream is an open file: take as many as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):
            return
