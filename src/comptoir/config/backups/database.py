"""pg_dump and pg_restore as streams, for the embedded server and for any other."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import psycopg
from django.db import connection
from psycopg import sql

from comptoir.config.backups import BackupProblem
from comptoir.config.postgres import DatabaseProblem, binaries


def tool(name: str) -> str:
    """pg_dump, pg_restore: those that came with Comptoir when they are new enough, else the system's."""
    wanted = server_major()
    for folder in binaries.candidates():
        version = binaries.read_version(folder)
        if version and int(version.split(".")[0]) >= wanted and (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found:
        return found
    raise BackupProblem(f"{name} of PostgreSQL {wanted} or newer is needed and was not found on this machine.")


def server_major() -> int:
    """The server's major version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def address(database: str | None = None) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment that reach the database (or another one of the same server)."""
    settings = connection.settings_dict
    arguments = ["--dbname", database or str(settings["NAME"])]
    for option, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if settings.get(name):
            arguments += [option, str(settings[name])]
    environment = binaries.quiet_environment()
    if settings.get("PASSWORD"):
        environment["PGPASSWORD"] = str(settings["PASSWORD"])
    if settings["OPTIONS"].get("sslmode"):
        environment["PGSSLMODE"] = str(settings["OPTIONS"]["sslmode"])
    return arguments, environment


@contextmanager
def dumping() -> Iterator[IO[bytes]]:
    """The database as pg_dump writes it; raises BackupProblem when pg_dump fails."""
    arguments, environment = address()
    command = [tool("pg_dump"), "--format=custom", "--compress=6", "--no-owner", "--no-privileges", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process.stdout
        _finish(process, "pg_dump")
    finally:
        _end(process)


@contextmanager
def restoring(database: str) -> Iterator[IO[bytes]]:
    """Where to write what pg_dump had written; it goes into `database`. Raises BackupProblem when it fails."""
    arguments, environment = address(database)
    command = [tool("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", *arguments]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        assert process.stdin is not None
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # pg_restore has said why on its error stream
        _finish(process, "pg_restore")
    finally:
        _end(process)


def _finish(process: "subprocess.Popen[bytes]", name: str) -> None:
    assert process.stderr is not None
    errors = process.stderr.read().decode(errors="replace").strip()
    if process.wait() != 0:
        lines = errors.splitlines() or ["no reason given"]
        raise BackupProblem(f"{name} failed: {lines[0]}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None and not stream.closed:
            try:
                stream.close()
            except BrokenPipeError:
                pass


def administer(*statements: sql.SQL | sql.Composed) -> None:
    """Run statements on the server outside any transaction, connected to its maintenance database."""
    parameters = _parameters() | {"dbname": "postgres"}
    try:
        with psycopg.connect(**parameters, autocommit=True) as server:
            for statement in statements:
                server.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupProblem(
            "The database user may not create databases, which a restore needs so that the old data stays whole until "
            "the new is complete. Give it CREATEDB, or restore with a user who has it."
        ) from error


def _parameters() -> dict[str, Any]:
    wanted = connection.get_connection_params()
    return {name: wanted[name] for name in ("host", "port", "user", "password", "sslmode") if wanted.get(name)}


def swap(fresh: str, kept: str) -> None:
    """Give the restored database the name of the live one, whose old content stays as `kept`."""
    live = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.pool:  # type: ignore[attr-defined]
        connection.close_pool()  # type: ignore[attr-defined]
    end_others = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ({}, {})")
    administer(
        end_others.format(sql.Literal(live), sql.Literal(fresh)),
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(live), sql.Identifier(kept)),
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(fresh), sql.Identifier(live)),
    )


def create(name: str) -> None:
    """An empty database with the locale of the live one."""
    live = sql.Identifier(str(connection.settings_dict["NAME"]))
    drop(name)
    try:
        administer(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise BackupProblem(
            f"A database to restore into could not be made beside {live.as_string(None)}: {error}"
        ) from error


def drop(name: str) -> None:
    """Forget a database."""
    administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


__all__ = ["DatabaseProblem", "address", "create", "drop", "dumping", "restoring", "swap", "tool"]
