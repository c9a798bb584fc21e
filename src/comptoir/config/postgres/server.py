"""The embedded server of one COMPTOIR_HOME: started with its database, stopped with its program."""

from collections.abc import Callable

import psycopg
from psycopg import sql

from comptoir.config.database import EMBEDDED_NAME, EMBEDDED_USER, socket_directory
from comptoir.config.environment import Environment
from comptoir.config.postgres import DatabaseProblem
from comptoir.config.postgres.cluster import PORT, Cluster


def cluster_for(environment: Environment, say: Callable[[str], None] = lambda text: None) -> Cluster:
    """The cluster of that home, not started."""
    return Cluster(root=environment.home / "postgres", sockets=socket_directory(environment), say=say)


def start(environment: Environment, say: Callable[[str], None] = lambda text: None) -> Cluster:
    """Start the embedded server and make sure that the database `comptoir` exists; raises DatabaseProblem."""
    cluster = cluster_for(environment, say)
    cluster.start()
    ensure_database(cluster, EMBEDDED_NAME)
    return cluster


def ensure_database(cluster: Cluster, name: str) -> None:
    """Create the database when it is missing."""
    where = f"host={cluster.sockets} port={PORT} user={EMBEDDED_USER} dbname=postgres connect_timeout=10"
    try:
        with psycopg.connect(where, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.OperationalError as error:
        raise DatabaseProblem(f"The embedded PostgreSQL does not answer: {error}".strip()) from error
