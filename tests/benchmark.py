"""How many seconds are lost beyond AWS's own: this project beside a plain boto3 script, in one run.

    python -m tests.benchmark [VERB...] [--calls] [--seconds NAME=SECONDS]

Not part of the test suite: it takes some eight minutes of real time. Each side has a stand-in for AWS of its own on this
machine, with the same durations. Needs os.wait4, so not Windows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from threading import Timer, local

from tests import scripts

EXAMPLE_KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
"""Of AWS's documentation: they open nothing."""

LATENCY = 0.05
"""Seconds from the arrival of a call to its answer."""

JUMP = 130.0
"""Seconds that each call takes in the account while a side is brought to where a measurement begins."""

LIMIT = 240.0
"""Seconds beyond the sum of all durations after which a child is killed."""

DURATIONS = {
    "create": 100.0, "role_settling": 12.0, "elastic_resize": 45.0, "pause": 17.5, "resume": 44.0,
    "final_snapshot": 20.0, "delete": 17.5, "interfaces_linger": 5.0, "restore": 37.0, "modify": 5.0,
}  # fmt: skip
"""Of the stand-ins, in seconds. No end falls together with a poll of either side by chance."""

UNAVOIDABLE = {
    "create": ("role_settling", "create"),
    "no-op": (),
    "resize": ("elastic_resize",),
    "pause": ("pause",),
    "resume": ("resume",),
    "delete": ("final_snapshot", "delete", "interfaces_linger"),
    "restore": ("role_settling", "restore", "modify"),
}  # fmt: skip
"""The verbs in the order of the story, and AWS's own seconds in each, one after the other: what nobody can avoid."""

PRODUCT = {
    "resize": ("create_cluster.py",),
    "pause": ("delete_cluster.py", "--pause"),
    "delete": ("delete_cluster.py",),
    "restore": ("create_cluster.py", "--restore"),
}
"""What a user types; for the other verbs plain create_cluster.py."""

Call = tuple[str, str, float]
"""Service, operation, time.monotonic() of its arrival."""


@dataclass(frozen=True)
class Measured:
    """One verb of one side. Times in seconds since the start of its process; peak memory in MB."""

    seconds: float
    cpu: float
    peak: float
    calls: list[Call]

    def at(self, operation: str, since: float = 0.0) -> list[float]:
        """When the operation was called, from that second on."""
        return [moment for _, name, moment in self.calls if name == operation and moment >= since]


def serve(log: str, durations: dict[str, float]) -> None:
    """The stand-in, in a process of its own: its URL on stdout, a line of JSON in log for each call.

    A line on stdin says whether to hurry from there on; it ends with stdin.
    """
    from datetime import datetime, timedelta
    from http.server import ThreadingHTTPServer
    from socketserver import StreamRequestHandler

    from iac.simulator import Durations, Simulator
    from iac.wait import SystemClock
    from tests.wire import Wire

    class AccountClock(SystemClock):
        ahead, step = timedelta(0), timedelta(0)

        def now(self) -> datetime:
            return super().now() + self.ahead

    StreamRequestHandler.disable_nagle_algorithm = True  # else many an answer waits 40 ms for an ACK
    ThreadingHTTPServer.request_queue_size = 64  # else one of many connections at once may wait a second
    clock, began = AccountClock(), local()

    def arrived(service: str, operation: str) -> None:
        began.at = clock.monotonic()
        file.write(json.dumps([service, operation, began.at]) + "\n")
        clock.ahead += clock.step
        clock.sleep(LATENCY / 2)

    def answered(service: str, operation: str) -> None:
        clock.sleep(max(began.at + LATENCY - clock.monotonic(), 0.0))

    simulator = Simulator(None, clock, Durations(**durations))
    session = simulator.session("us-west-2")  # what moto loads late is loaded before anybody measures
    session.client("redshift").describe_clusters()
    session.client("ec2").describe_security_groups()
    session.client("iam").get_policy(PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    with open(log, "a", buffering=1, encoding="utf-8") as file, Wire(simulator, arrived, answered) as url:
        print(url, flush=True)
        for line in sys.stdin:
            clock.step = timedelta(seconds=JUMP if line.strip() == "hurry" else 0.0)
            print("so it is", flush=True)


class Side:
    """One side with its stand-in: the product, or the plain script."""

    def __init__(self, name: str, folder: Path, durations: dict[str, float]) -> None:
        self.name, self.log, self.durations = name, folder / f"{name}.log", durations
        edits = {"TARGET": "aws", "DWH_NUM_NODES": "2", "DWH_INGRESS_CIDR": "203.0.113.7/32",
                 "DWH_PUBLICLY_ACCESSIBLE": "no"}  # private, for no endpoint of a stand-in answers
        self.config = scripts.folder(folder / name, **edits)
        self._output = folder / f"{name}.out"
        self._stopped = False
        self._child: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End the process that runs now; no other follows."""
        self._stopped = True
        if self._child:
            self._child.kill()

    def story(self, verbs: list[str]) -> dict[str, Measured]:
        """Run the verbs; those in between that are not asked for are hurried through."""
        with self._stand_in() as server:
            url, measured = server.stdout.readline().strip(), {}
            order = list(UNAVOIDABLE)
            for verb in order[: max(map(order.index, verbs)) + 1]:
                print("real" if verb in verbs else "hurry", file=server.stdin, flush=True)
                server.stdout.readline()
                result = self._run(verb, url)
                if verb in verbs:
                    measured[verb] = result
            return measured

    @contextmanager
    def _stand_in(self) -> Iterator[subprocess.Popen[str]]:
        code = f"from tests.benchmark import serve; serve({str(self.log)!r}, {self.durations!r})"
        command, pipe = [sys.executable, "-c", code], subprocess.PIPE
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, cwd=scripts.ROOT, env=scripts.environment()
        ) as server:
            try:
                yield server
            finally:
                server.terminate()

    def _command(self, verb: str) -> list[str]:
        if self.name == "plain":
            return [sys.executable, str(scripts.ROOT / "tests/benchmark_plain.py"), "create" if verb == "no-op" else verb]
        if verb == "resize":
            scripts.edit(self.config, DWH_NUM_NODES="4")
        script, *options = PRODUCT.get(verb, ("create_cluster.py",))
        return scripts.command(script, self.config, *options)

    def _run(self, verb: str, url: str) -> Measured:
        """One process from its start to its end. Raises RuntimeError if it fails or takes far too long."""
        before = len(self._calls(0.0))
        command, environment = self._command(verb), scripts.environment(AWS_ENDPOINT_URL=url, **EXAMPLE_KEYS)
        with self._output.open("w") as output:
            began = time.monotonic()
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
            self._child = child
            watchdog = Timer(LIMIT + sum(self.durations.values()), child.kill)
            watchdog.start()
            try:
                _, status, used = os.wait4(child.pid, 0)
                seconds = time.monotonic() - began
            except BaseException:
                child.kill()
                raise
            finally:
                watchdog.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode or self._stopped:
            raise RuntimeError(f"{self.name}, {verb}: exit status {child.returncode}\n{self._output.read_text()}")
        peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        return Measured(seconds, used.ru_utime + used.ru_stime, peak, self._calls(began)[before:])

    def _calls(self, began: float) -> list[Call]:
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [(service, name, at - began) for service, name, at in map(json.loads, lines)]


COLUMNS = {"seconds": 1, "AWS": 1, "lost": 1, "status": 0, "calls": 0, "CPU s": 2, "MB": 1, "start": 2}
"""Of the table, and the digits behind the point."""

LEGEND = """\
AWS: the seconds that AWS takes itself, see below. lost: seconds beyond those. status: calls of DescribeClusters. calls: all,
at 50 ms each. CPU s, MB: processor seconds and peak memory of the process. start: seconds until its first call.
ratio: product / plain, so less than 1 is better. plain: a boto3 script with the SDK's waiters, polls of 30 s where there
is none, and a retry every 5 s until the role is trusted. One run: what a poll loses also depends on the duration that it
meets, and other work on the machine shows in the times."""


def figures(measured: Measured, own: float) -> list[float]:
    """One line of the table."""
    return [measured.seconds, own, measured.seconds - own, len(measured.at("DescribeClusters")), len(measured.calls),
            measured.cpu, measured.peak, measured.calls[0][2]]  # fmt: skip


def table(sides: dict[str, dict[str, Measured]], durations: dict[str, float]) -> Iterator[str]:
    """A line for each verb and side, and their ratios."""

    def line(verb: str, by: str, cells: Iterable[str]) -> str:
        return f"{verb:8}{by:8}" + "".join(f"{cell:>9}" for cell in cells)

    yield line("verb", "by", COLUMNS)
    for verb in sides["product"]:
        own = sum(durations[name] for name in UNAVOIDABLE[verb])
        rows = {name: figures(measured[verb], own) for name, measured in sides.items()}
        for name, row in rows.items():
            yield line(verb, name, [f"{cell:.{digits}f}" for cell, digits in zip(row, COLUMNS.values())])
        pairs = zip(rows["product"], rows["plain"])
        yield line("", "ratio", [f"{ours / theirs:.2f}" if theirs else "-" for ours, theirs in pairs])


def legend(durations: dict[str, float]) -> Iterator[str]:
    """What the columns mean, and what AWS's own seconds are."""
    yield fill(LEGEND.replace("\n", " "), width=99)
    for verb, names in UNAVOIDABLE.items():
        yield f"  {verb:8}" + (" + ".join(f"{name} {durations[name]:g}" for name in names) or "nothing")


def milestones(measured: Measured, durations: dict[str, float]) -> Iterator[tuple[str, float, float]]:
    """On the way through a create: what, when, and the seconds lost since the one before."""
    first, role, accepted = measured.calls[0][2], measured.at("CreateRole")[0], measured.at("CreateCluster")[-1]
    available = accepted + durations["create"]
    noticed = measured.at("DescribeClusters", since=available)[0]
    yield "first call", first, first
    yield "CreateRole", role, role - first
    yield "CreateCluster accepted", accepted, accepted - role - durations["role_settling"]
    yield "cluster noticed", noticed, noticed - available
    yield "end", measured.seconds, measured.seconds - noticed


def main() -> int:
    """Measure, and print the table."""
    parser = ArgumentParser(prog="python -m tests.benchmark", description="Seconds lost beyond AWS's own.")
    parser.add_argument("verbs", nargs="*", metavar="VERB", help=f"of {', '.join(UNAVOIDABLE)}; all unless named")
    parser.add_argument("--calls", action="store_true", help="list every call of the product with its time")
    parser.add_argument("--seconds", action="append", default=[], metavar="NAME=SECONDS", help=f"of {', '.join(DURATIONS)}")
    arguments = parser.parse_args()
    verbs = arguments.verbs or list(UNAVOIDABLE)
    given = dict(each.partition("=")[::2] for each in arguments.seconds)
    if not set(verbs) <= set(UNAVOIDABLE) or not set(given) <= set(DURATIONS):
        parser.error("no such verb or duration")
    durations = DURATIONS | {name: float(value) for name, value in given.items()}
    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        both = {name: Side(name, Path(folder), durations) for name in ("product", "plain")}
        running = {name: pool.submit(side.story, verbs) for name, side in both.items()}
        try:
            for story in as_completed(running.values()):
                story.result()
        except BaseException:  # the other side would go on for minutes
            for side in both.values():
                side.stop()
            raise
        sides = {name: story.result() for name, story in running.items()}
    print(*table(sides, durations), sep="\n")
    print("", *legend(durations), sep="\n")
    for name, measured in sides.items():
        if "create" in measured:
            print(f"\ncreate, {name}: what, at which second, seconds lost since the line before")
            for what, at, lost in milestones(measured["create"], durations):
                print(f"  {what:24} {at:7.2f} {lost:7.2f}")
    for verb, measured_verb in sides["product"].items() if arguments.calls else ():
        print(f"\n{verb}, product: {measured_verb.seconds:.2f} s")
        for service, operation, at in measured_verb.calls:
            print(f"  {at:7.2f} {service:9} {operation}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
