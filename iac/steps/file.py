"""Steps for dwh.cfg itself."""

from __future__ import annotations

from iac.config import Config
from iac.steps.step import Later, Step


def make_password(file: str) -> Step:
    """Into the file first: a run that is killed after this loses nothing."""
    return Step(f"make an admin password and write it into {file}", file={"password": Later.NEW_PASSWORD}, essential=True)


def write_address(config: Config, role_arn: str) -> Step:
    """What the user's own scripts need to connect and to load.

    Database settings that differ from section to section are brought into line.
    """
    what = "HOST and ARN" if config.in_line else "HOST, ARN and the database settings"
    settings = {"database": config.database, "user": config.user, "port": str(config.port)}
    password = {"password": Later.ADMIN_PASSWORD} if config.password is not None else {}
    file = {"host": Later.HOST, "role_arn": role_arn, **settings, **password}
    return Step(f"write {what} into {config.path.name}", file=file, essential=True)


def claim_account(file: str, role_arn: str) -> Step:
    """HOST and ARN of a warehouse in another account give way to this one."""
    sentence = f"write the ARN of this account into {file}, and blank HOST"
    return Step(sentence, file={"host": "", "role_arn": role_arn}, essential=True)


def blank_address(file: str, *meanings: str) -> Step:
    """A host that is gone must not be connected to. meanings: host, role_arn, or both."""
    what = " and ".join({"host": "HOST", "role_arn": "ARN"}[each] for each in meanings)
    return Step(f"blank {what} in {file}", file=dict.fromkeys(meanings, ""))
