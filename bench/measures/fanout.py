"""Live streams against a plain broadcaster: from commit to every reader, alone and while clients load the inbox."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import load, processes
from bench.ground import ROOT, Failed, Ground, Web
from bench.load import Ask
from bench.results import Ratio, Row, percentile
from comptoir.config.sockets import bind

ROUNDS = 3
RATE = 20.0


@dataclass(slots=True)
class Side:
    """One server's rounds: p95 in ms, CPU in microseconds a delivery, the p50s."""

    p95: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)


class Talk:
    """A program of ours that obeys lines."""

    def __init__(self, words: list[str], environment: dict[str, str], first: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if first:
            self.say(first)
        if self.hear() != "ready":
            raise Failed(f"{words[0]} did not begin")

    def say(self, line: str) -> None:
        """Send a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        """The next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, line: str) -> Any:
        """Send a line, hear JSON."""
        self.say(line)
        answer = self.hear()
        if not answer:
            raise Failed(f"no answer to {line!r}")
        return json.loads(answer)

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.kill()
        self.process.wait()


def measure(ground: Ground) -> list[Row]:
    """All rows."""
    seconds = 2.0 if ground.quick else 4.0
    rows: list[Row] = []
    with ground.database() as database, ground.web(database) as web, broadcaster(ground) as (port, peer):
        known = ground.inside("sessions", database)
        with Talk(["bench.inside.speak", str(port), str(RATE)], ground.environment(database)) as speaker:
            for streams in (100, 500):
                with Fanout(ground, web, port, peer, speaker, known["cookies"], streams) as fanout:
                    ours, other = fanout.rounds(seconds)
                    rows += described(f"chat_fanout_{streams}", ours, other)
                    if streams == 500:
                        asks = [Ask("/", cookie) for cookie in known["cookies"]]
                        rows += fanout.under_load(asks, seconds)
                        lost = fanout.lost_over_reconnect()
                        rows.append(
                            Row("chat_fanout_lost", lost, "signals", 0, note="500 streams cut and opened again")
                        )
    return rows


def described(name: str, ours: Side, other: Side) -> list[Row]:
    """The rows of one size."""
    p95, p50 = Ratio(ours.p95, other.p95), Ratio(ours.p50, other.p50)
    cost = Ratio(ours.cost, other.cost)
    return [
        Row(name, p95.value, "x p95", 1.5, note=f"p95 {p95.note('ms', 1)}, p50 {p50.note('ms', 1)}"),
        Row(f"{name}_cpu", sorted(ours.cost)[len(ours.cost) // 2], "us/delivery", 25, note=cost.note("us", 1)),
    ]


class Fanout:
    """The same number of streams on both servers, and one speaker for both."""

    def __init__(
        self, ground: Ground, web: Web, port: int, peer: int, speaker: Talk, cookies: list[str], streams: int
    ) -> None:
        self.ground, self.web, self.peer, self.speaker = ground, web, peer, speaker
        self.streams = streams
        self.stack = ExitStack()
        environment = ground.environment("postgres")
        words = ["bench.listen", "sse", str(web.port), str(streams)]
        self.ours = self.stack.enter_context(Talk(words, environment, json.dumps(cookies)))
        words = ["bench.listen", "websocket", str(port), str(streams)]
        self.theirs = self.stack.enter_context(Talk(words, environment, "[]"))

    def __enter__(self) -> "Fanout":
        return self

    def __exit__(self, *failure: object) -> None:
        self.stack.close()

    def rounds(self, seconds: float) -> tuple[Side, Side]:
        """Alternate."""
        ours, other = Side(), Side()
        self.round("ours", 0.5), self.round("peer", 0.5)
        for _ in range(ROUNDS):
            for name, side in (("ours", ours), ("peer", other)):
                late, cost = self.round(name, seconds)
                side.p50.append(percentile(late, 0.5))
                side.p95.append(percentile(late, 0.95))
                side.cost.append(cost)
        return ours, other

    def round(self, side: str, seconds: float) -> tuple[list[float], float]:
        """Latencies in ms of every delivery, and CPU in microseconds a delivery; Failed when one is missing."""
        listener = self.ours if side == "ours" else self.theirs
        roots = [self.web.pid, self.ground.postmaster] if side == "ours" else [self.peer]
        before = processes.cpu_ms(roots)
        said = dict(self.speaker.ask(f"{side} {seconds}"))
        cost = processes.cpu_ms(roots) - before
        heard = listener.ask("report")
        if any(set(said) - set(seen) for seen, _ in heard["seen"]):
            raise Failed(f"{side}: a signal did not arrive")
        late = [(moment - said[event]) / 1e6 for event, moment in heard["arrivals"] if event in said]
        return late, cost * 1000 / len(late)

    def under_load(self, asks: list[Ask], seconds: float) -> list[Row]:
        """The same while clients load the inbox of our web process."""
        whole = (seconds + 1) * 2 * ROUNDS + 4
        loading = load.start(self.web.port, asks, seconds=whole, clients=8)
        ours, other = self.rounds(seconds)
        heard = load.finish(loading)
        p95 = Ratio(ours.p95, other.p95)
        note = f"p95 {p95.note('ms', 1)}; inbox {heard.answers / heard.seconds:.0f}/s, p95 {heard.p95:.0f} ms"
        return [
            Row("chat_fanout_loaded", p95.value, "x p95", 1.5, note=note),
            Row(
                "chat_fanout_loaded_p95", sorted(ours.p95)[ROUNDS // 2], "ms", 50, note="500 streams, commit to reader"
            ),
        ]

    def lost_over_reconnect(self) -> int:
        """Signals that a stream did not get, counted over all streams, while each is cut and opened again.

        All are about one topic, so that the first id after a reconnect stands for those that were missed before it.
        """
        self.ours.ask("report")
        self.speaker.say("ours 4")
        self.ours.say("reconnect")
        said = {event for event, _ in json.loads(self.speaker.hear())}
        self.speaker.ask("peer 1")  # late ones arrive meanwhile
        heard = self.ours.ask("report")
        return sum(
            len([event for event in said - set(seen) if not after < event <= up_to])
            for seen, (after, up_to) in heard["seen"]
        )


@contextmanager
def broadcaster(ground: Ground) -> Iterator[tuple[int, int]]:
    """The peer: its port and process."""
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    words = [sys.executable, "-m", "bench.bare.broadcast", "--fd", str(listener.fileno())]
    environment = ground.environment("postgres")
    with processes.running(words, environment, ground.log, (listener.fileno(),)) as process:
        listener.close()
        yield port, process.pid
