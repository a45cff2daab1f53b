"""The complete sweep, by hand: `python -m tests.faults.sweep [--attempts N] [--seeds N | --minds] [WORDS]`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from iac.simulator import SIMULATED_PACE
from tests.faults.faults import FAULTS
from tests.faults.house import PACE
from tests.faults.mind import VERBS, changed
from tests.faults.storm import THROTTLED, weathered
from tests.faults.stories import STORIES, VARIATIONS, Story
from tests.faults.trial import Known, Trial, beginning, disturbed, undisturbed

Verdict = tuple[Trial, list[str]]


def judge(job: tuple[Known, tuple[Trial, ...], int]) -> list[Verdict]:
    """Some trials of one story, in a folder of their own."""
    known, trials, attempts = job
    verdicts: list[Verdict] = []
    root = Path(tempfile.mkdtemp(prefix="faults-", dir=_fast()))
    for number, trial in enumerate(trials):
        folder = root / str(number)
        try:
            verdicts.append((trial, disturbed(known, trial, folder, attempts)))
        except Exception as error:
            verdicts.append((trial, [f"the harness ended: {type(error).__name__}: {error}"]))
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(root)
    return verdicts


def weather(job: tuple[int, int]) -> list[str]:
    """One seed: once throttled, once hit by everything."""
    seed, attempts = job
    root = Path(tempfile.mkdtemp(prefix="faults-", dir=_fast()))
    found = [f"seed {seed}, 30 % throttled: {each}" for each in weathered(seed, 0.3, THROTTLED, root / "t", attempts)]
    found += [f"seed {seed}, 10 % of everything: {each}" for each in weathered(seed, 0.1, FAULTS, root / "e", attempts)]
    shutil.rmtree(root)
    return found


def learn(story: Story, attempts: int) -> Known:
    root = Path(tempfile.mkdtemp(prefix="faults-", dir=_fast()))
    known = undisturbed(story, beginning(story, root / "before"), root / "clean", attempts)
    shutil.rmtree(root)
    return known


def sweep(stories: list[Story], attempts: int) -> list[Verdict]:
    """Every fault at every call of every story, on all processors."""
    jobs = []
    for story in stories:
        known = learn(story, attempts)
        trials = known.trials()
        print(f"{story.name}: {len(known.calls)} calls, {len(trials)} trials", flush=True)
        jobs += [(known, tuple(trials[at : at + 20]), attempts) for at in range(0, len(trials), 20)]
    found: list[Verdict] = []
    with ProcessPoolExecutor() as pool:
        for verdicts in pool.map(judge, jobs):
            for trial, wrong in verdicts:
                for each in wrong:
                    print(f"FAILED {trial}: {each}", flush=True)
            found += verdicts
    return found


def minds(stories: list[Story]) -> list[str]:
    """Every story killed after every call, and then each verb."""
    found = []
    for story in stories:
        known = learn(story, 1)
        pairs = [(number, verb) for number in range(1, len(known.calls) + 1) for verb in VERBS]
        for number, verb in pairs:
            root = Path(tempfile.mkdtemp(prefix="faults-", dir=_fast()))
            wrong = changed(known, number, verb, root / "house")
            shutil.rmtree(root)
            found += [f"{story.name}, killed after call {number}, then {verb}: {each}" for each in wrong]
        print(f"{story.name}: {len(pairs)} times another verb", flush=True)
    return found


def storms(seeds: int, attempts: int) -> list[str]:
    """What is wrong after each of the seeds from 1 on."""
    jobs = [(seed, attempts) for seed in range(1, seeds + 1)]
    with ProcessPoolExecutor() as pool:
        return [each for found in pool.map(weather, jobs) for each in found]


def table(verdicts: list[Verdict]) -> str:
    """One line for each story and fault: trials, and failures where there are any."""
    tried = Counter((trial.story, trial.fault.name) for trial, _ in verdicts)
    failed = Counter((trial.story, trial.fault.name) for trial, found in verdicts if found)
    return "\n".join(
        f"{story:38} {fault:16} {count:5} {failed[story, fault] or '':>5}" for (story, fault), count in tried.items()
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only stories whose name contains these")
    parser.add_argument("--attempts", type=int, default=1, help="of botocore's own, in all")
    parser.add_argument("--seeds", type=int, default=0, help="instead: so many storms")
    parser.add_argument("--minds", action="store_true", help="instead: each story is killed, and another verb follows")
    given = parser.parse_args()
    began = time.perf_counter()
    PACE[0] = SIMULATED_PACE
    if given.seeds:
        found = storms(given.seeds, given.attempts)
        print(*found, f"{2 * given.seeds} storms, {len(found)} faults, {time.perf_counter() - began:.0f} s", sep="\n")
        return 1 if found else 0
    stories = [story for story in STORIES + VARIATIONS if " ".join(given.words) in story.name]
    if given.minds:
        found = minds(stories)
        print(*found, f"{len(found)} faults, {time.perf_counter() - began:.0f} s", sep="\n")
        return 1 if found else 0
    verdicts = sweep(stories, given.attempts)
    failures = sum(1 for _, found in verdicts if found)
    print(table(verdicts))
    print(f"{len(verdicts)} trials, {failures} failed, {time.perf_counter() - began:.0f} s")
    return 1 if failures else 0


def _fast() -> str | None:
    """In memory where there is such a place: a trial waits for the disk a dozen times."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
