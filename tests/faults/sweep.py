"""The complete sweep, by hand: `python -m tests.faults.sweep [--pace P] [--attempts N] [--seeds N | --another-verb] [WORDS]`."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from iac.simulator import SIMULATED_PACE
from tests.faults.baseline import Baseline, baseline, fast_folder
from tests.faults.faults import FAULTS
from tests.faults.injection import Injection, injections, run_another_verb, run_injected
from tests.faults.random_faults import THROTTLED, run_with_random_faults
from tests.faults.stories import STORIES, VARIATIONS, Story
from tests.workspace import PACE

VERBS = ("create from nothing", "delete")
Verdict = tuple[Injection, list[str]]


def run_batch(batch: tuple[Baseline, tuple[Injection, ...], int]) -> list[Verdict]:
    """Some injections into one story, in a folder of their own."""
    base, chosen, attempts = batch
    verdicts: list[Verdict] = []
    with fast_folder() as root:
        for number, injection in enumerate(chosen):
            folder = Path(root) / str(number)
            try:
                verdicts.append((injection, run_injected(base, injection, folder, attempts)))
            except Exception as error:
                verdicts.append((injection, [f"the test itself ended: {type(error).__name__}: {error}"]))
            shutil.rmtree(folder, ignore_errors=True)
    return verdicts


def run_seed(job: tuple[int, int]) -> list[str]:
    """One seed, twice: with throttling only, and with every fault."""
    seed, attempts = job
    with fast_folder() as root:
        throttled = run_with_random_faults(seed, 0.3, THROTTLED, Path(root) / "throttled", attempts)
        every = run_with_random_faults(seed, 0.1, FAULTS, Path(root) / "every", attempts)
    return [
        *(f"seed {seed}, 30 % throttled: {each}" for each in throttled),
        *(f"seed {seed}, 10 % of every fault: {each}" for each in every),
    ]


def sweep(stories: list[Story], attempts: int) -> list[Verdict]:
    """Every fault at every call of every story, on all processors."""
    batches = []
    for story in stories:
        base = baseline(story.name, attempts)
        chosen = injections(base)
        print(f"{story.name}: {len(base.calls)} calls, {len(chosen)} injections", flush=True)
        batches += [(base, tuple(chosen[at : at + 20]), attempts) for at in range(0, len(chosen), 20)]
    found: list[Verdict] = []
    with ProcessPoolExecutor() as pool:
        for verdicts in pool.map(run_batch, batches):
            for injection, wrong in verdicts:
                for each in wrong:
                    print(f"FAILED {injection}: {each}", flush=True)
            found += verdicts
    return found


def sweep_another_verb(stories: list[Story]) -> list[str]:
    """Every story killed after every call, and then each verb."""
    found = []
    for story in stories:
        base = baseline(story.name)
        pairs = [(number, verb) for number in range(1, len(base.calls) + 1) for verb in VERBS]
        for number, verb in pairs:
            with fast_folder() as root:
                wrong = run_another_verb(base, number, verb, Path(root))
            found += [f"{story.name}, killed after call {number}, then {verb}: {each}" for each in wrong]
        print(f"{story.name}: {len(pairs)} times another verb", flush=True)
    return found


def sweep_seeds(seeds: int, attempts: int) -> list[str]:
    """What is wrong after each of the seeds from 1 on."""
    jobs = [(seed, attempts) for seed in range(1, seeds + 1)]
    with ProcessPoolExecutor() as pool:
        return [each for found in pool.map(run_seed, jobs) for each in found]


def table(verdicts: list[Verdict]) -> str:
    """One line for each story and fault: injections, and failures where there are any."""
    tried = Counter((injection.story, injection.fault.name) for injection, _ in verdicts)
    failed = Counter((injection.story, injection.fault.name) for injection, found in verdicts if found)
    return "\n".join(
        f"{story:38} {fault:16} {count:5} {failed[story, fault] or '':>5}" for (story, fault), count in tried.items()
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only stories whose name contains these")
    parser.add_argument("--pace", type=float, default=SIMULATED_PACE, help="of the waits: the greater, the fewer looks")
    parser.add_argument("--attempts", type=int, default=1, help="of botocore's own, in all")
    parser.add_argument("--seeds", type=int, default=0, help="instead: random faults, with so many seeds")
    parser.add_argument("--another-verb", action="store_true", help="instead: each story is killed, and another verb follows")
    given = parser.parse_args()
    began = time.perf_counter()
    PACE[0] = given.pace
    stories = [story for story in STORIES + VARIATIONS if " ".join(given.words) in story.name]
    if given.seeds or given.another_verb:
        found = sweep_seeds(given.seeds, given.attempts) if given.seeds else sweep_another_verb(stories)
        print(*found, f"{len(found)} failures, {time.perf_counter() - began:.0f} s", sep="\n")
        return 1 if found else 0
    verdicts = sweep(stories, given.attempts)
    failures = sum(1 for _, found in verdicts if found)
    print(table(verdicts))
    print(f"{len(verdicts)} injections, {failures} failed, {time.perf_counter() - began:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
