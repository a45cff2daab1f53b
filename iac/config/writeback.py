"""Writing into dwh.cfg what only the run could know, so that the user's own scripts connect.

57 of 85 public ETL scripts take the connection section's values in order, so
nothing is ever put in front of what stands there. The role's ARN gets quotes where the scripts
beside the file put none round it. And whether git would publish what was written.
"""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from iac.config import file, names
from iac.config.faults import Misconfigured
from iac.config.options import MANAGED, SETTINGS
from iac.config.reading import fault_of
from iac.config.text import Section, Text, is_blank, parse, unquoted
from iac.errors import Unwritten, UsageError, printable
from iac.facts import limits
from iac.words import shell_word

ORDER = ("host", "database", "user", "password", "port", "role_arn")
MOST_FILES = 100
MOST_BYTES = 4_000_000
LONGEST_INDEX = 8_000_000
LONGEST_NAME = 10_000
EXTENDED, SET_ASIDE, SKIPPED = 0x4000_0000, 0x8000_0000, 0x4000
"""Flags of an entry of git's index: 16 bits, and 16 more where they are extended."""
_SUFFIXES = (".py", ".ipynb", ".sql")

# iam_role '{}' and 'aws_iam_role={}' have quotes of their own; iam_role {} has none.
# In a notebook the line end and the quotes are written \n and \".
_PLACE = re.compile(r"(aws_)?iam_role(?:\s|\\n|=|\\t){0,99}(\\?['\"]?)\{[^{}\n]{0,999}\}")
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
    gets mode 0600 when it holds a secret. Raises Unwritten if it cannot be.
    """
    path = Path(path)
    for meaning, value in changes.items():
        if meaning not in ORDER or value != value.strip() or "\n" in value or "\r" in value:
            raise ValueError(f"{meaning} is no value for one line of this file")
    try:
        before = parse(file.load(path))
        if before.flaws:
            raise Misconfigured(path.name, [fault_of(flaw) for flaw in before.flaws])
    except UsageError as misuse:
        why, remedy = misuse.why.replace("\n", "; "), misuse.remedy
        if not path.exists():
            why = "It was moved or deleted while this ran."
            remedy = "Put it back, or write one with the same REGION and DWH_CLUSTER_IDENTIFIER, then run the same command again."
        raise Unwritten(misuse.what, why, remedy) from None
    text, said = before, []
    for meaning in ORDER:
        if meaning in changes:
            text, sentences = _set_all(text, meaning, changes[meaning], path)
            said.extend(sentences)
    secret = holds_secret(text)
    if text.raw != before.raw:
        try:
            file.replace(path, text.raw, private=secret)
        except OSError as error:
            remedy = _ADVICE.get(error.errno, "Make the file and its folder writable (chmod u+w {path})")
            remedy = remedy.format(path=shell_word(str(path)))
            raise Unwritten(
                printable(f"{path} could not be written."),
                f"The system says: {error.strerror}.",
                printable(f"{remedy}, then run the same command again."),
            ) from None
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
    found = names.Meanings(text)
    options = [(meaning, option) for meaning in ("password", "secret_key") for option in found.called(meaning)]
    return any(not SETTINGS[meaning].blank(each.value) and each.bare.lower() != MANAGED for meaning, each in options)


def _set_all(text: Text, meaning: str, value: str, path: Path) -> tuple[Text, list[str]]:
    """Every option of the meaning has the value; added where there is none. A placeholder is as good as blank."""
    options, blank = names.Meanings(text).called(meaning), SETTINGS[meaning].blank
    if not options and value:
        return _add(text, meaning, value, path)
    said = []
    for option in options:
        says_it = option.bare == value and meaning != "host" if value else blank(option.value)
        holds_name = meaning == "role_arn" and not blank(option.value) and re.match(limits.ROLE_NAME, option.bare)
        wanted, why = _arn(value, path, option.value) if meaning == "role_arn" and value else (value, "")
        now = text.option(option.section, option.name)
        if now is not None and wanted != now.value and not says_it and not holds_name:
            text = text.with_value(now, wanted)
            said.append(_sentence(option.name, option.section, wanted, why))
    return text, said


def _arn(arn: str, path: Path, before: str = "") -> tuple[str, str]:
    """The ARN with the quotes that were there, else those that the scripts want, and why."""
    if unquoted(before) not in ("", before):
        return f"{before[0]}{arn}{before[0]}", "in the quotes that were there"
    if not is_blank(before):
        return arn, "without quotes, as before"
    wanted = wants_quotes(Path(os.path.realpath(path)).parent)
    if wanted is None and path.is_symlink():
        wanted = wants_quotes(path.parent)
    if wanted:
        return f"'{arn}'", "in quotes, because the scripts in this folder put none around it"
    if wanted is False:
        return arn, "without quotes, because the scripts in this folder put quotes around it"
    return arn, "without quotes, because no script in this folder shows that it needs them"


def _add(text: Text, meaning: str, value: str, path: Path) -> tuple[Text, list[str]]:
    why = ""
    if meaning == "role_arn":
        value, why = _arn(value, path)
        section = names.section_named(text, *names.ROLE_SECTIONS)
    else:
        section = _connection(text)
    if section is None:
        text = text.with_section("IAM_ROLE" if meaning == "role_arn" else "CLUSTER")
        if meaning not in ("host", "role_arn"):
            text = text.with_option(text.sections[-1], SETTINGS["host"].name, "")  # the host comes first, by custom
        section = text.sections[-1]
    text = text.with_option(section, SETTINGS[meaning].name, value)
    added = "added at the end of the section"
    return text, [_sentence(SETTINGS[meaning].name, section.name, value, f"{added}, {why}" if why else added)]


def _connection(text: Text) -> Section | None:
    """The section with the connection settings, whatever it is called."""
    found = names.Meanings(text)
    held = Counter(option.section for meaning in names.CONNECTION for option in found.called(meaning))
    ranked = sorted(held, key=lambda name: ("connection" not in names.kinds(name), -held[name]))
    return names.section_named(text, *(name.upper() for name in ranked), "CLUSTER", "DB")


def _sentence(name: str, section: str, value: str, why: str) -> str:
    place = f"{name} in [{section}]" + ("" if value else " made blank")
    return printable(f"{place}, {why}" if why else place)


def wants_quotes(folder: Path) -> bool | None:
    """True if the SQL there has bare braces after iam_role, False if quoted ones, None if nothing tells."""
    bare = quoted = 0
    for match in (match for script in _scripts(folder) for match in _PLACE.finditer(script)):
        quoted += bool(match[1] or "'" in match[2])
        bare += not match[1] and not match[2]
    return None if not bare and not quoted else bare > quoted


def _scripts(folder: Path) -> Iterator[str]:
    """The scripts of the folder in lower case, by their names: ordinary files, up to so many and so long in all."""
    left = MOST_BYTES
    with suppress(OSError):
        names_there = sorted(name for name in os.listdir(folder) if name.lower().endswith(_SUFFIXES))
        for name in names_there[:MOST_FILES]:
            with suppress(OSError):
                script = file.content(folder / name, left, links=False)
                left -= len(script)
                yield script.decode("utf-8", errors="replace").lower()


def git_exposure(path: Path) -> str | None:
    """A note if the file holds a secret and git tracks it, with the command that helps; None otherwise.

    Git itself is not asked: in a folder that a stranger made, `git ls-files` may run a program of theirs.
    """
    try:
        real = Path(os.path.realpath(path))
        if not holds_secret(parse(file.load(real))) or not _is_tracked(real):
            return None
        folder = "" if real.parent == Path.cwd() else f"-C {shell_word(str(real.parent))} "
    except (OSError, ValueError, IndexError, UsageError):
        return None
    return printable(
        f"{real.name} holds a password or a key, and git tracks this file: the next commit would publish it. "
        f"To keep the file out of commits: `git {folder}update-index --skip-worktree {shell_word(real.name)}`"
    )


def _is_tracked(real: Path) -> bool:
    """Whether the next commit takes the file, by the index of its repository. A damaged one raises what is caught above."""
    for folder in real.parents:
        git = folder / ".git"
        if git.is_file():  # in a worktree or a submodule
            git = folder / os.fsdecode(file.content(git, LONGEST_NAME)).removeprefix("gitdir:").strip()
        if git.is_dir():
            return _is_listed(file.content(git / "index", LONGEST_INDEX), os.fsencode(real.relative_to(folder).as_posix()))
        if (folder / "HEAD").exists() and (folder / "objects").exists():
            return False  # git takes the folder itself for a repository, so no command for it is offered
    return False


def _is_listed(index: bytes, wanted: bytes) -> bool:
    """gitformat-index: entries of 62 bytes and a name, 64 with extended flags; in version 4 a name leaves out how it begins
    like the one before."""
    version, name, at = index[7], b"", 12
    if not index.startswith(b"DIRC\0\0\0") or version not in (2, 3, 4):
        return False
    for _ in range(int.from_bytes(index[8:12], "big")):
        flags = int.from_bytes(index[at + 60 : at + 64], "big")
        begin = at + (64 if flags & EXTENDED else 62)
        kept = 0
        if version == 4:
            cut = index[begin] & 127
            while index[begin] & 128:
                begin += 1
                cut = (cut + 1 << 7) + (index[begin] & 127)
            begin, kept = begin + 1, len(name) - cut
        end = index.index(0, begin)
        name = name[:kept] + index[begin:end]
        if name == wanted or len(name) > LONGEST_NAME:
            return name == wanted and not flags & (SET_ASIDE | SKIPPED if flags & EXTENDED else SET_ASIDE)
        at = end + 1 if version == 4 else end + 8 - (end - at) % 8
    return False
