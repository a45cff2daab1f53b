"""One run: look, let settle, plan, carry out, until there is nothing left to do. Words and changes leave it; AWS is the state."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from iac.aws import network, redshift
from iac.config import Config
from iac.config.writeback import git_exposure
from iac.config.secret import Secret, new_password
from iac.config.writeback import write
from iac.errors import AnswerLost, Conflict, Problem, Replan, TimedOut, Unwritten
from iac.look import View, has_new_host
from iac.observed import Cluster, Observed
from iac.plan import Plan
from iac.progress import Progress, watch
from iac.status import JOINED, Phase, cadence, in_words, is_changing, is_known_at_rest, phase, refused_when_broken
from iac.steps import MADE_BY_ANOTHER, Call, GroupId, Later, Retry, Step
from iac.steps.cluster import MAKING
from iac.steps.network import GROUP_SHOWS
from iac.wait import Cadence, Clock, InProgress

T = TypeVar("T")

BUSY_CADENCE = Cadence(((0, 1), (10, 5), (120, 15)))
UNDER_WAY = ("operation running", "in progress", "later time", "streaming")
"""Words of AWS's that tell of a refusal which passes, however long it takes (a streaming
restore: hours). They come although the status says `available`."""

LASTING = 60.0
"""Seconds after which any other refusal for the moment is one that lasts: a Lakehouse
registration, say, is not undone by asking again."""

STALE_LIMIT = 30.0
"""Seconds for which a look may still show what was before: IAM, EC2 and Redshift are
eventually consistent (IAM User Guide, Troubleshooting; EC2 API, Eventual consistency)."""

STALE_CADENCE = Cadence(((0, 2), (20, 5)))
MOST_TIMES = 2
"""How often a step is carried out that AWS accepts and then does not show."""

MOST_ROUNDS = 20
"""Rounds of plan and apply that change something. A round ends where the cluster
has to settle, so some are usual; this many mean that AWS does not keep what is set."""

HELD_CADENCE = 60.0
"""Seconds between two looks at whether another cluster is behind a security group that cannot be deleted."""

SNAPSHOT_CADENCE = Cadence(((0, 5), (120, 10), (1200, 30)), "usually 1 to 10 min")
TRUST_CHANGES = frozenset({"CreateRole", "UpdateAssumeRolePolicy"})


@dataclass(frozen=True)
class Goal:
    """What a verb is after.

    name: of the plan: running, paused, gone.
    changing: whether a cluster like this is waited for before a plan is made.
    tolerant: a step that fails is left out, and told at the end, while the others are carried out.
    wait: whether the cluster is waited for at all.
    """

    name: str
    look: Callable[[], Observed]
    plan: Callable[[Observed], Plan]
    changing: Callable[[Cluster | None], bool] = is_changing
    tolerant: bool = False
    wait: bool = True


@dataclass(frozen=True)
class Entry:
    """A step that this run has carried out, or begun; when; and the cluster as it was before."""

    step: Step
    at: float
    before: Cluster | None


class Run:
    """One run of one verb. config is replaced as the run writes into the file.

    journal: the steps that were carried out, in order. begun: the one that is not yet known to be done.
    learned: what refusals of AWS's have told, as Fallback.fact; MADE_BY_ANOTHER.
    left_out: steps that are not tried again in this run, by their key, and why.
    noted: what was said already. remarked: whether it was said what stays as it is. priced: whether the price was.
    """

    def __init__(self, config: Config, view: View, clock: Clock, progress: Progress, began: float) -> None:
        self.goal: Goal
        self.config = config
        self.view, self.connection, self.place = view, view.connection, view.place
        self.clock, self.progress, self.began = clock, progress, began
        self.journal: list[Entry] = []
        self.begun: Entry | None = None
        self.learned: set[str] = set()
        self.left_out: dict[str, Problem] = {}
        self.noted: set[str] = set()
        self.priced = self.remarked = False

    @property
    def seen(self) -> Observed | None:
        """The latest look."""
        return self.view.seen

    @property
    def cluster(self) -> Cluster | None:
        """The cluster at the latest look."""
        return self.view.seen.cluster if self.view.seen else None

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.clock.monotonic() - self.began

    @property
    def done(self) -> tuple[str, ...]:
        """The steps carried out, as sentences."""
        return tuple(dict.fromkeys(str(each.step) for each in self.journal))

    @property
    def operations(self) -> frozenset[str]:
        """The API operations of the steps that this run has carried out."""
        return frozenset(operation for each in self.journal for operation in each.step.operations)

    @property
    def deleted(self) -> Cluster | None:
        """The cluster that this run has deleted, as it was."""
        return next((each.before for each in reversed(self.journal) if "DeleteCluster" in each.step.operations), None)

    @property
    def final_snapshot(self) -> str | None:
        """The snapshot that it was deleted into."""
        return next((each.step.final_snapshot for each in reversed(self.journal) if each.step.final_snapshot), None)

    @property
    def taken(self) -> str:
        """The manual snapshot that this run took; empty without one."""
        calls = [call for each in self.journal for call in each.step.calls if call.operation == "CreateClusterSnapshot"]
        return str(calls[-1].parameters["SnapshotIdentifier"]) if calls else ""

    @property
    def role_changed(self) -> bool:
        """Whether this run changed who may assume the role, which has to settle."""
        return bool(self.operations & TRUST_CHANGES)

    def note(self, *notes: str, detail: bool = False) -> None:
        """Say each once a run. detail: only to a person who asks for more (-v)."""
        for text in notes:
            if text not in self.noted:
                (self.progress.detail if detail else self.progress.note)(text)
            self.noted.add(text)

    def plan(self, seen: Observed) -> list[Step]:
        """The steps, after all that a person should know was said. Raises Problem where the plan is refused."""
        plan, planning = self.goal.plan(seen), self.view.planning
        self.note(*plan.notes)
        self.note(*plan.assumed, detail=not planning)
        self.note(*plan.details, detail=not planning and (self.remarked or not plan.steps))
        self.remarked = self.remarked or not (seen.cluster_only or self.goal.changing(seen.cluster))
        if plan.refused is not None:
            raise plan.refused
        if plan.price and not planning and not self.priced:
            self.progress.price(plan.price)
            self.priced = True
        return list(plan.steps)

    def reach(self, goal: Goal) -> None:
        """Rounds of look, settle, plan, carry out, until a plan is empty: the fixed point.

        Without wait, until the cluster would have to be waited for. Raises Problem.
        """
        self.goal = goal
        for _ in range(MOST_ROUNDS):
            if not self._round(goal):
                return
        raise Problem(
            f"Cluster {self.config.identifier} does not stay as it was set.",
            f"What was set was different again at the next look, {MOST_ROUNDS} times: {'; '.join(self.done[-3:])}.",
            "See who else changes it (CloudTrail, another dwh.cfg with this identifier), then run this again.",
        )

    def _round(self, goal: Goal) -> bool:
        """One round; False when there was nothing to do, or nothing that can be done without wait.

        When AWS is busy, what was seen is out of date: the round starts anew.
        """
        busy_since: float | None = None
        while True:
            try:
                seen = goal.look()
                if goal.wait and goal.changing(seen.cluster) and not self.plan(seen):
                    self._settle(goal)
                    self.view.forget(cluster=False)  # others have been at work meanwhile
                    seen, busy_since = goal.look(), None
                steps = [step for step in self.plan(seen) if step.key not in self.left_out]
                if goal.changing(seen.cluster) and not steps:
                    return False
                self._resolve_doubt(steps)
                stale_since = self._stale_since(steps[0]) if steps else None
                if stale_since is not None:
                    self._pause(STALE_CADENCE, self.clock.monotonic() - stale_since)
                elif not self._leave_out_unshown(steps):
                    return self._carry_out_all(steps, goal)
            except Replan:
                self.view.forget()
            except Conflict as busy:
                self.view.forget()
                self._tell_whose_cluster_it_is(busy)
                now = self.clock.monotonic()
                busy_since = now if busy_since is None else busy_since
                lasting = self._as_lasting(busy, now - busy_since)
                if self.begun and self._takes_other_way(self.begun.step, busy, now - busy_since):
                    busy_since = None
                elif lasting is None:
                    self.progress.trouble(busy)
                    self._pause(BUSY_CADENCE, now - busy_since, busy)
                elif not (self.begun and self._leave_out(self.begun.step, goal, lasting)):
                    raise lasting from None

    def _tell_whose_cluster_it_is(self, refused: Conflict) -> None:
        """Another run has made the cluster that this one was about to make: its password is not the one in this file."""
        making = self.begun is not None and MAKING & set(self.begun.step.operations)
        if not making or refused.repeated or refused.code.removesuffix("Fault") != "ClusterAlreadyExists":
            return
        self.begun, file, identifier = None, self.config.path.name, self.config.identifier
        self.learned.add(MADE_BY_ANOTHER)
        if self.config.password is None:
            return
        made_here = any("password" in each.step.file for each in self.journal)
        self.progress.note(
            f"Another run made cluster {identifier} at the same moment. DB_PASSWORD in {file} "
            f"{'was made by this run, so it is not' if made_here else 'is not necessarily'} the password of its admin user. Copy it "
            "from the file of the other run; or `python create_cluster.py --set-password` sets the one in this file, after which "
            "the other file's no longer works."
        )

    def _pause(self, cadence: Cadence, waited: float, why: Problem | None = None) -> None:
        """Until the next look. Raises TimedOut when the run's time is over."""
        left = self.connection.left
        if left <= 0:
            what = why.what if why else f"Cluster {self.config.identifier} does not show yet what was set."
            said = why.why if why else "AWS accepted it, and its answers are eventually consistent."
            raise TimedOut(what, said, "Run the same command again to go on; --timeout MINUTES waits longer.")
        self.view.forget()
        self.clock.sleep(min(cadence.next_look(waited / self.clock.pace) * self.clock.pace, left))

    def _as_lasting(self, busy: Conflict, seconds: float) -> Problem | None:
        """A refusal for the moment as a Problem, once asking again has no sense."""
        about_state = busy.code.removesuffix("Fault") == "InvalidClusterState"
        if about_state and any(words in busy.said for words in UNDER_WAY):
            return None
        if about_state and self.cluster is not None and phase(self.cluster) is Phase.BROKEN:
            return refused_when_broken(self.cluster, busy.why)
        if seconds < LASTING * self.clock.pace or (about_state and not is_known_at_rest(self.cluster)):
            return None
        remedy = "Remove what AWS names, in the AWS console say, then run the same command again." if busy.code else busy.remedy
        if busy.code == "NoSuchEntity" and self.role_changed:
            remedy = (
                "IAM ignores case in the names of roles: where a role is there whose name differs in case only, "
                "edit DWH_IAM_ROLE_NAME in dwh.cfg to its spelling or to another name."
            )
        return Problem(busy.what, busy.why, remedy, busy.code, busy.said)

    def _resolve_doubt(self, steps: list[Step]) -> None:
        """A step whose answer was lost was carried out all the same, if it is not planned any more."""
        doubtful, self.begun = self.begun, None
        if doubtful is None or doubtful.step.key in [step.key for step in steps]:
            return
        snapshot = doubtful.step.final_snapshot
        if not snapshot or (self.seen and snapshot in [each.identifier for each in self.seen.snapshots]):
            self._tell(doubtful)  # else it was another run's delete, with a snapshot of its own

    def _tell(self, entry: Entry) -> None:
        self.journal.append(replace(entry, at=self.clock.monotonic()))
        self.progress.done(str(entry.step))

    def _times(self, step: Step) -> list[float]:
        """When it was carried out."""
        return [each.at for each in self.journal if each.step.key == step.key]

    def _stale_since(self, step: Step) -> float | None:
        """When it was done, if a moment ago: then what was observed is older than the change.

        What did not show after the first time is not waited for so long after the second.
        """
        times = self._times(step)
        limit = STALE_LIMIT / len(times) ** 2 * self.clock.pace if times else 0.0
        return times[-1] if times and self.clock.monotonic() - times[-1] < limit else None

    def _leave_out_unshown(self, steps: list[Step]) -> bool:
        """Whether there are some that AWS has accepted more than once and still does not show: the plan is made without."""
        before = len(self.left_out)
        for step in steps:
            times = len(self._times(step))
            if times > MOST_TIMES and step.essential:
                raise Problem(
                    f"AWS accepted it {times} times to {step}, and it is not so.",
                    "Something in the account puts it back: an organization's policy, a schedule, another person.",
                    "See in CloudTrail who changes it, then run this again.",
                )
            if times >= MOST_TIMES and not step.essential:
                problem = Problem(
                    f"AWS accepted it {MOST_TIMES} times to {step}, and still shows the old value.",
                    "It may wait for the maintenance window, or something in the account puts it back.",
                    "Look at it in the AWS console; the next run tries it again.",
                )
                self.left_out[step.key] = problem
                self.progress.note(f"{problem.what} {problem.why} The rest goes on.")
        return len(self.left_out) > before

    def _leave_out(self, step: Step, goal: Goal, problem: Problem) -> bool:
        """Whether the others go on without this step, which failed."""
        if step.essential or not (goal.tolerant or step.optional):
            return False
        self.left_out[step.key], self.begun = problem, None
        self.progress.note(f"It was not possible to {step}: {problem.why} {problem.remedy}")
        return True

    def _carry_out_all(self, steps: list[Step], goal: Goal) -> bool:
        """The steps in order, up to one after which the cluster has to settle: then all is looked at anew."""
        for step in steps:
            self.progress.begin(str(step), step.settles)
            self.begun = Entry(step, self.clock.monotonic(), self.cluster)
            try:
                self.carry_out(step)
            except (Conflict, Replan, TimedOut):
                raise
            except Problem as problem:
                if self._leave_out(step, goal, problem):
                    return True
                raise
            entry, self.begun = self.begun, None
            self._tell(entry)
            if step.settles:
                if goal.wait:
                    self._settle(goal)
                    if MAKING & set(step.operations):
                        self.view.recheck(self.config)
                else:
                    goal.look()
                return goal.wait
        return bool(steps)

    def _settle(self, goal: Goal) -> None:
        """Wait until the cluster no longer moves, or is gone. Raises TimedOut when the run's time is over.

        One that is available and whose host is not in the file yet is not waited for: HOST comes first.
        """
        view, config = self.view, self.config
        first = view.cluster(config)
        answers = [first]

        def moves(found: Cluster | None) -> bool:
            return goal.changing(found) and not has_new_host(config, found)

        def look() -> Cluster | None | InProgress:
            found = answers.pop() if answers else view.cluster(config, anew=True)
            return InProgress(in_words(found), found.progress) if found and moves(found) else found

        if first is not None and moves(first):
            self.watch(f"cluster {config.identifier}", look, cadence(first), 0.0 if self.journal else JOINED)

    def watch(
        self, thing: str, look: Callable[[], T | InProgress], every: Cadence, head_start: float = 0.0,
        limit: float = float("inf"), gave_up: Callable[[float, str], Problem] | None = None,
    ) -> T:  # fmt: skip
        """Wait until a look finds something else than InProgress, as long as the run's time lasts.

        head_start: AWS seconds that had passed before. limit: seconds of the wait's own, after which gave_up tells why.
        """

        def out_of_patience(seconds: float, status: str) -> Problem:
            return TimedOut(
                f"{thing[0].upper()}{thing[1:]} is still {status}.",
                f"The wait ended after {self.elapsed:.0f} s, its limit. What goes on in AWS goes on.",
                "Run the same command again to go on waiting; --timeout MINUTES waits longer.",
            )

        self.view.forget(others=False)
        left = self.connection.left
        ends = gave_up if gave_up is not None and limit <= left else out_of_patience
        return watch(thing, look, self.progress, self.clock, every, min(limit, left), ends, head_start)

    def carry_out(self, step: Step) -> None:
        """Do what the step says.

        Raises Problem when AWS refuses, Conflict when it is to be looked at anew, Replan when there is another way.
        """
        if step.awaits:
            self._await_snapshot(step.awaits)
        try:
            for call in step.calls:
                self._perform(call)
        except Problem as refused:
            if self._takes_other_way(step, refused):
                raise Replan(refused.what, refused.why, refused.remedy) from None
            raise
        if step.file:
            try:
                self._write(step.file)
            except Unwritten as unwritten:
                found = self.cluster
                if found is not None and self.goal.name == "running":  # what costs money comes first
                    there = f"Cluster {found.identifier} in {self.place.region}"
                    unwritten.what = f"{there} is {found.status} and costs money. {unwritten.what}"
                    unwritten.remedy += " To take it down: `python delete_cluster.py`."
                raise

    def _takes_other_way(self, step: Step, refused: Problem, seconds: float = 0.0) -> bool:
        """Whether AWS's words, or that it has refused for so long, tell of another way that this run did not know yet."""
        other = step.fallback
        if other is None or other.fact in self.learned:
            return False
        if not re.search(other.saying, refused.said) and seconds < other.after * self.clock.pace:
            return False
        self.learned.add(other.fact)
        self.progress.note(f"AWS refused to {step.key} ({refused.said}); {other.fact}.")
        return True

    def _perform(self, call: Call) -> None:
        retry, parameters, looks = call.retry, self._resolved(call.parameters), list[float]()

        def attempt() -> bool | InProgress:
            try:
                answer = self.connection.call(call.service, call.operation, call.ignore, **parameters)
            except Problem as refused:
                if retry is None or isinstance(refused, AnswerLost) or not retry.is_for(refused.code, refused.said):
                    raise
                if retry.held_group:
                    self._refuse_if_behind(retry, looks)
                return InProgress(retry.status)
            self.view.account_for(self.config.role_name, call, parameters, answer)
            return True

        def gave_up(seconds: float, status: str) -> Problem:
            assert retry is not None
            held = ""
            if retry.held_group:
                held = f" by {', '.join(network.users(self.connection, retry.held_group)) or 'nothing that EC2 names'}"
            return Problem(retry.what, f"{retry.why}{held}, after {seconds / 60:.0f} min.", retry.remedy)

        if retry is None:
            attempt()
        else:
            self.watch(retry.thing, attempt, retry.cadence, limit=retry.limit, gave_up=gave_up if retry.what else None)

    def _refuse_if_behind(self, retry: Retry, looks: list[float]) -> None:
        """Raises Problem where a cluster uses the security group, which no waiting ends. looks: when that was looked at."""
        now = self.clock.monotonic()
        if looks and now - looks[-1] < HELD_CADENCE * self.clock.pace:
            return
        looks.append(now)
        for found in redshift.behind(self.connection, retry.held_group):
            raise Problem(
                retry.what,
                f"Cluster {found.identifier} ({found.status}) uses it.",
                "It stays until that cluster is deleted. Then run `python delete_cluster.py` again.",
            )

    def _resolved(self, value: Any) -> Any:
        """The value with every reference in it replaced."""
        match value:
            case Mapping():
                return {key: self._resolved(each) for key, each in value.items()}
            case list():
                return [self._resolved(each) for each in value]
            case GroupId():
                return self._group_id(value)
            case Later.ADMIN_PASSWORD:
                assert self.config.password is not None, "a password is made before it is set"
                return self.config.password.reveal()
            case Later.NEW_PASSWORD:
                return new_password().reveal()
            case Later.PASSWORD_MARK:
                found = self.view.cluster(self.config)
                return found.password_stamp if found else "set"
            case Later.HOST:
                found = self.view.cluster(self.config)
                return (found.host if found else None) or ""
        return value

    def _write(self, file: Mapping[str, Any]) -> None:
        """Into dwh.cfg, and into what this run knows of it."""
        values, path = self._resolved(file), self.config.path
        written = write(path, values)
        known = {name: values[name] for name in ("host", "role_arn") if name in values}
        if known.get("host"):
            # That HOST and ARN are filled in, the step says; that other options were changed as well is told.
            if written and not self.config.in_line:
                self.progress.note(f"Written into {path.name}, so that every section of it says the same: {'; '.join(written)}.")
            elif written:
                self.progress.detail(f"Written into {path.name}: {'; '.join(written)}.")
            known["in_line"] = True
        if "password" in values:
            known["password"] = Secret(values["password"])
        self.config = replace(self.config, **known)
        exposed = git_exposure(path) if set(file) == {"password"} else None
        if exposed:
            self.note(exposed)

    def _await_snapshot(self, name: str) -> None:
        """Until it is available. name: of one of another account, its ARN. Raises Problem when it failed or is gone."""
        seen = self.seen.snapshots if self.seen else ()
        if any(name in (each.identifier, each.arn) and each.status == "available" for each in seen):
            return

        def look() -> bool | InProgress:
            found = redshift.snapshot(self.connection, name)
            if found is None or found.status in ("failed", "deleted", "cancelled"):
                raise Problem(
                    f"Snapshot {name} cannot be used.",
                    f"Its status is {found.status if found else 'gone'}.",
                    "See which there are: `python delete_cluster.py --plan`.",
                )
            return found.status == "available" or InProgress(found.status, found.progress)

        self.watch(f"snapshot {name}", look, SNAPSHOT_CADENCE)

    def _group_id(self, group: GroupId) -> str:
        """The id behind the name; where only AWS can tell it, a group made a moment ago may take seconds to be seen."""
        known = self.seen.group_in(group.vpc_id) if self.seen else None
        if known is not None:
            return known.group_id

        def look() -> str | InProgress:
            found = [each.group_id for each in network.look(self.connection, group.name) if each.vpc_id == group.vpc_id]
            return found[0] if found else InProgress("not listed yet")

        def gave_up(seconds: float, status: str) -> Problem:
            return TimedOut(
                f"Security group {group.name} cannot be found.",
                f"It was created, but after {seconds:.0f} s EC2 still does not list it.",
                "Run the same command again: it goes on from here.",
            )

        every = Cadence(((0, 1),), "usually at once")
        return self.watch(f"security group {group.name}", look, every, limit=GROUP_SHOWS, gave_up=gave_up)
