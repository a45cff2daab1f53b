"""Writing into dwh.cfg what only the run could know, so that the user's own scripts connect.

57 of 85 public ETL scripts take the connection section's values in order, so
nothing is ever put in front of what stands there.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from iac.config import credentials, edit, file, names, quoting, rules
from iac.config.faults import Misconfigured, fault_of
from iac.config.ini import Option, Section, Text, parse
from iac.config.placeholders import is_blank, unquoted
from iac.errors import Problem, Unwritten, UsageError

ORDER = ("host", "database", "user", "password", "port", "role_arn")
CLASSIC = {
    "host": "HOST",
    "database": "DB_NAME",
    "user": "DB_USER",
    "password": "DB_PASSWORD",
    "port": "DB_PORT",
    "role_arn": "ARN",
}


_ALLOW = "Make the file and its folder writable (chmod u+w {path})"
_ADVICE = {
    errno.ENOSPC: "Make room on the disk of {path}",
    errno.EDQUOT: "Make room in your quota on the disk of {path}",
    errno.EROFS: "Copy {path} to a disk that is not read-only, and name the copy: --config FILE",
}


def write(path: Path, changes: Mapping[str, str]) -> tuple[str, ...]:
    """Puts values into the file as it stands now, and says where; a blank value makes the option blank.

    changes: of host, role_arn, password, database, user and port, those to write.
    Every option of the meaning gets the value; a missing one is added at the end
    of its section. The file is written only if a byte differs, in one step, and
    gets mode 0600 when it holds a secret. Raises Problem if it cannot be.
    """
    path = Path(path)
    for meaning, value in changes.items():
        if meaning not in ORDER or value != value.strip() or "\n" in value or "\r" in value:
            raise ValueError(f"{meaning} is no value for one line of this file")
    before = _read_again(path)
    text, said = before, []
    for meaning in ORDER:
        if meaning in changes:
            text, sentences = _set_all(text, meaning, changes[meaning], path)
            said.extend(sentences)
    secret = holds_secret(text)
    if text.raw != before.raw:
        _replace(path, text.raw, secret)
    elif secret:
        file.make_private(path)
    return tuple(said)


def in_line(text: Text, values: Mapping[str, str], path: Path) -> bool:
    """Whether every option of these meanings says the same already, so that write() would change nothing."""
    after = text
    for meaning in ORDER:
        if meaning in values:
            after, _ = _set_all(after, meaning, values[meaning], path)
    return after.raw == text.raw


def holds_secret(text: Text) -> bool:
    """Whether a password or an AWS secret key stands in the text."""
    passwords = [each.value for each in names.called(text, "password") if not credentials.blank_password(each.value)]
    keys = [each for each in names.called(text, "secret_key") if not is_blank(each.value)]
    return bool(keys) or any(unquoted(each).lower() != credentials.MANAGED for each in passwords)


def _read_again(path: Path) -> Text:
    try:
        text = parse(file.load(path))
        if text.flaws:
            raise Misconfigured(path.name, [fault_of(flaw) for flaw in text.flaws])
    except UsageError as misuse:
        raise Problem(misuse.what, misuse.why.replace("\n", "; "), misuse.remedy) from None
    return text


def _replace(path: Path, raw: str, secret: bool) -> None:
    try:
        file.replace(path, raw, private=secret)
    except OSError as error:
        raise Unwritten(
            f"{path} could not be written.",
            f"The system says: {error.strerror}.",
            f"{_ADVICE.get(error.errno, _ALLOW).format(path=quote(str(path)))}, then run the same command again.",
        ) from None


def _set_all(text: Text, meaning: str, value: str, path: Path) -> tuple[Text, list[str]]:
    """Every option of the meaning has the value; added where there is none."""
    options = names.called(text, meaning)
    if not options:
        return _add(text, meaning, value, path) if value else (text, [])
    said = []
    for option in options:
        if meaning == "role_arn" and _holds_name(option):
            continue
        wanted, why = _spelling(option, meaning, value, path)
        if wanted == option.value:
            continue
        now = text.option(option.section, option.name)
        if now is not None:
            text = edit.set_value(text, now, wanted)
            said.append(_sentence(option.name, option.section, wanted, why))
    return text, said


def _holds_name(option: Option) -> bool:
    bare = unquoted(option.value)
    return not is_blank(bare) and rules.role_name(bare) is None


def _spelling(option: Option, meaning: str, value: str, path: Path) -> tuple[str, str]:
    """The value as it is to stand in this option, and why. A placeholder is as good as blank."""
    says_nothing = credentials.blank_password if meaning == "password" else is_blank
    if not value and says_nothing(option.value):
        return option.value, ""
    if not value or meaning == "host":
        return value, ""
    bare = unquoted(option.value)
    if bare == value:
        return option.value, ""
    if meaning != "role_arn":
        return value, ""
    if bare and bare != option.value:
        return f"{option.value[0]}{value}{option.value[0]}", "in the quotes that were there"
    if is_blank(bare):
        return _by_the_scripts(value, path)
    return value, "without quotes, as before"


def _by_the_scripts(arn: str, path: Path) -> tuple[str, str]:
    wanted = quoting.wants_quotes(Path(os.path.realpath(path)).parent)
    if wanted is None and path.is_symlink():
        wanted = quoting.wants_quotes(path.parent)
    if wanted:
        return f"'{arn}'", "in quotes, because the scripts in this folder put none around it"
    if wanted is False:
        return arn, "without quotes, because the scripts in this folder put quotes around it"
    return arn, "without quotes, because no script in this folder shows that it needs them"


def _add(text: Text, meaning: str, value: str, path: Path) -> tuple[Text, list[str]]:
    why = ""
    if meaning == "role_arn":
        value, why = _by_the_scripts(value, path)
        section = names.section_named(text, *names.ROLE_SECTIONS)
    else:
        section = _connection(text)
    if section is None:
        text = edit.add_section(text, "IAM_ROLE" if meaning == "role_arn" else "CLUSTER")
        if meaning not in ("host", "role_arn"):
            text = edit.add_option(text, text.sections[-1], CLASSIC["host"], "")  # the host comes first, by custom
        section = text.sections[-1]
    text = edit.add_option(text, section, CLASSIC[meaning], value)
    added = "added at the end of the section"
    return text, [_sentence(CLASSIC[meaning], section.name, value, f"{added}, {why}" if why else added)]


def _connection(text: Text) -> Section | None:
    """The section with the connection settings, whatever it is called."""
    held: dict[str, int] = {}
    for meaning in (*names.DATABASE_SETTINGS, "host"):
        for option in names.called(text, meaning):
            held[option.section] = held.get(option.section, 0) + 1
    ranked = sorted(held, key=lambda name: (name.upper() not in names.CONNECTION, -held[name]))
    wanted = [name.upper() for name in ranked]
    return names.section_named(text, *wanted, "CLUSTER", "DB")


def _sentence(name: str, section: str, value: str, why: str) -> str:
    place = f"{name} in [{section}]" + ("" if value else " made blank")
    return f"{place}, {why}" if why else place
