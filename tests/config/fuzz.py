"""Made-up and damaged dwh.cfg texts, against configparser as the oracle.

A longer run: COUNT=20000 python -m tests.config.fuzz
"""

from __future__ import annotations

import configparser
import io
import os
import random
import tempfile
from collections import Counter
from pathlib import Path

from iac.config import read
from iac.config.text import DEFAULT, Text, parse
from iac.errors import UsageError
from tests.config.examples import EXAMPLES, NAMES

SECRET = "wJalrXUtnFEMI7MDENGbPxRfiCYzzzKEY"
PASSWORD = "Zq9plainPassw0rd"
SECTIONS = ["AWS", "CLUSTER", "DWH", "IAM_ROLE", "S3", "DB", "TAGS", "DEFAULT", "aws", "Cluster", "MY ] SECTION"]
VALUES = ["", "4", "dwh", "'x'", "dc2.large", "ra3.large", "a = b", "a:b", "50%", "%(x)s", "x # y", "é ü", "<k>", "[x]"]
ENDS = ["\n", "\n", "\n", "\r\n", "\r"]
ODD = [*"=:[]#; '%é\t\n\r\x0b\x1c\x85\u2028\x00", "\r\n"]


def oracle(raw: str) -> dict[str, dict[str, str]] | None:
    """What configparser reads, [DEFAULT] kept apart; None where it refuses."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_file(io.StringIO(raw.removeprefix("\ufeff"), newline=None))
    except configparser.Error:
        return None
    found = {name: dict(parser._sections[name]) for name in parser.sections()}  # type: ignore[attr-defined]
    return {**found, DEFAULT: dict(parser.defaults())}


def ours(text: Text) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {section.name: {} for section in text.sections}
    found.setdefault(DEFAULT, {})
    for option in text.options:
        found[option.section][option.name.lower()] = option.value
    return found


def made_up(chance: random.Random) -> str:
    """A text of sections, options, comments, continuations and blank lines in any order."""
    end = chance.choice(ENDS)
    mixed = chance.random() < 0.1
    names = [*NAMES] + ["LOG_DATA", "Über", "x y", "DB_NAMES"]
    lines = [] if chance.random() < 0.1 else [f"[{chance.choice(SECTIONS)}]"]
    for _ in range(chance.randrange(25)):
        kind = chance.random()
        pad = chance.choice(["", "", "", "", " ", "    ", "\t"])
        if kind < 0.12:
            lines.append(f"{pad}[{chance.choice(SECTIONS)}]{chance.choice(['', '', ' x'])}")
        elif kind < 0.75:
            mark = chance.choice(["=", " = ", " =", "= ", ":", " : ", "\t=\t"])
            name = chance.choice(names)
            value = SECRET if "SECRET" in name else PASSWORD if "PASSWORD" in name else chance.choice(VALUES)
            name = name if chance.random() < 0.8 else name.lower()
            lines.append(f"{pad}{name}{mark}{value}{chance.choice(['', '', ' '])}")
        elif kind < 0.85:
            lines.append(f"{pad}{chance.choice('#;')} {chance.choice(VALUES)}")
        elif kind < 0.95:
            lines.append(chance.choice(["", "", "  "]))
        else:
            lines.append(chance.choice(["nonsense", "= nameless", "   deep value", "[", "[]"]))
    text = "".join(line + (chance.choice(ENDS) if mixed else end) for line in lines)
    return text if chance.random() < 0.6 else text.rstrip("\r\n")


def damaged(chance: random.Random, text: str) -> str:
    """The text with some characters or lines lost, doubled or put in."""
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            text = text[:at] + chance.choice(ODD) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randrange(1, 4) :]
        elif kind == 2:
            lines = text.splitlines(keepends=True) or [""]
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
            text = "".join(lines)
        elif kind == 3:
            lines = text.splitlines(keepends=True) or [""]
            del lines[chance.randrange(len(lines))]
            text = "".join(lines)
        else:
            text = "\ufeff" + text if chance.random() < 0.2 else text[:at] + " " * chance.randrange(4) + text[at:]
    return text


def check_edits(chance: random.Random, text: Text, before: dict[str, dict[str, str]]) -> None:
    """One value changed, one option added, one section added: configparser sees that and no more."""
    if text.options:
        option = chance.choice(text.options)
        value = chance.choice(["new", "", "a = b # c", "'quoted'"])
        after = text.with_value(option, value)
        wanted = {name: dict(options) for name, options in before.items()}
        wanted[option.section][option.name.lower()] = value
        assert oracle(after.raw) == wanted
        stop = option.more[-1].after if option.more else option.line.after
        assert after.raw.startswith(text.raw[: option.delimiter + 1])
        assert after.raw.endswith(text.raw[stop:])
        if not option.more and value and option.value:
            assert after.raw == text.raw[: option.begin] + value + text.raw[option.end :]
    if text.sections:
        section = chance.choice([text.section_at(each.name) for each in text.sections])
        grown = text.with_option(section, "Brand_New", "value")
        wanted = {name: dict(options) for name, options in before.items()}
        wanted[section.name]["brand_new"] = "value"
        assert oracle(grown.raw) == wanted, (text.raw, grown.raw, section)
        assert list(oracle(grown.raw)[section.name])[-1] == "brand_new"
    longer = text.with_section("ADDED")
    assert oracle(longer.raw) == {**before, "ADDED": {}}
    assert longer.raw.startswith(text.raw)


def check_report(path: Path, raw: str) -> str:
    """read() answers with a Config or a UsageError, shows no secret, and leaves the file alone."""
    data = raw.encode("utf-8")
    path.write_bytes(data)
    try:
        config = read(path)
        said, outcome = repr(config), "read"
    except UsageError as misuse:
        said, outcome = f"{misuse.what}\n{misuse.why}\n{misuse.remedy}", "refused"
    assert path.read_bytes() == data
    shown = SECRET in said or PASSWORD in said
    assert not shown or _misplaced(raw), (raw, said)
    return outcome


def _misplaced(raw: str) -> bool:
    """Whether damage made a secret the value of an option that is none, where nothing can know it."""
    found = ours(parse(raw))
    for section, options in found.items():
        for name, value in options.items():
            if any(each in section + value + name for each in (SECRET, PASSWORD)):
                if not any(word in name for word in ("password", "secret")):
                    return True
    return False


def run(count: int, seed: int = 5439) -> Counter[str]:
    """Checks `count` texts, half of them damaged, and counts what became of them."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dwh.cfg"
        for number in range(count):
            raw = made_up(chance)
            if number % 2:
                raw = damaged(chance, raw)
            text = parse(raw)
            before = oracle(raw)
            assert (before is None) == bool(text.flaws), raw
            if before is not None:
                assert ours(text) == before, raw
                check_edits(chance, text, before)
            tally["accepted by configparser" if before is not None else "refused by configparser"] += 1
            tally[check_report(path, raw)] += 1
    return tally


def run_damaged_examples(count: int, seed: int = 8191) -> Counter[str]:
    """Checks `count` damaged copies of the example files."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    texts = [example.text.replace("Passw0rd", PASSWORD) for example in EXAMPLES.values() if not example.report]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dwh.cfg"
        for _ in range(count):
            raw = damaged(chance, chance.choice(texts))
            before = oracle(raw)
            text = parse(raw)
            assert (before is None) == bool(text.flaws), raw
            assert before is None or ours(text) == before, raw
            tally[check_report(path, raw)] += 1
    return tally


if __name__ == "__main__":
    COUNT, SEED = int(os.environ.get("COUNT", "10000")), int(os.environ.get("SEED", "5439"))
    print("made up:", dict(run(COUNT, SEED)))
    print("damaged:", dict(run_damaged_examples(COUNT, SEED)))
