"""What an option of a dwh.cfg means: by the words of its name, by its section, and where these leave it open, by its value.

Lists of names never end, so a name is cut into words, whatever its case and separators are: CLUSTERIDENTIFIER and cluster-id
are CLUSTER ID. options.py says of what words the names of each option are made:

    "NODE TYPE CLUSTER?"      both words, in any order, and perhaps CLUSTER; DWH and REDSHIFT may stand in every name
    "[ours] PORT"             only in a section of that kind, or beside a word that says so: DWH, REDSHIFT, CLUSTER or DB
    "value [ours] NODE"       only with a value that tells it from the other meanings
    "maybe [ours] NAME"       never read, but mentioned

A name with any other word in it (LOG_DATA, API_KEY, SONG_DB_NAME) is the user's own; one that fits two options fits none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from functools import cache
from typing import NamedTuple

from iac.config.faults import LONGEST_SHOWN
from iac.config.options import SETTINGS, Setting
from iac.config.text import Option, Section, Text, is_blank
from iac.facts import limits
from iac.facts.node_types import NODE_TYPE, NODE_TYPES, PORT_RANGES, is_retired

DATABASE_SETTINGS = ("database", "user", "password", "port")
CONNECTION = ("host", *DATABASE_SETTINGS)
ROLE_SECTIONS = ("IAM_ROLE", "IAM", "ARN", "ROLE")

def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SAME = {
    "DWH": "DW WAREHOUSE IAC", "REDSHIFT": "RS", "CLUSTER": "CLS", "DB": "DATABASE", "USER": "USR", "ID": "IDENTIFIER IDENT",
    "MAX": "MAXIMUM", "LIMIT": "CAP", "SPEND": "SPENDING", "NUM": "NUMBER COUNT N NO NR QTY QUANTITY TOTAL",
    "PASSWORD": "PASS PASSWD PWD PW PASSPHRASE", "": "OF MY THE",
}  # fmt: skip
"""A word, and what else it is called."""
_PRODUCT = _words("DWH REDSHIFT")
_WAREHOUSE = _PRODUCT | {"CLUSTER"}
_OURS = _WAREHOUSE | {"DB"}
_CREATING = _PRODUCT | _words("INFRA INFRASTRUCTURE HARDWARE HW")
_SPENDING = _words("COST COSTS LIMIT LIMITS BUDGET BILLING MONEY SCHEDULE")
_OF_SECTIONS = _CREATING | _SPENDING | _words(
    "CREDENTIALS CONNECTION CONN CONFIG CONFIGURATION SETTINGS SETUP SPEC SPECS PARAMS PROPERTIES"
)  # fmt: skip
_COMMON = _words("AWS S3 ID NAME DAYS HOURS GROUP ACCESS IP MAX ADMIN DEFAULT")
"""Words that by themselves are short for nothing."""

_LIMITS = (
    ("auto_pause", "PAUSE, AUTOPAUSE, IDLE, STOP, AUTOSTOP, AUTO OFF, SHUTDOWN, SUSPEND, TTL, MAX HOURS"),
    ("max_hourly_usd", "HOURLY, PER HOUR"),
    ("budget_usd", "BUDGET, DAILY, WEEKLY, MONTHLY"),
    ("max_hourly_usd", "PRICE, COST, SPEND, MAX USD, USD LIMIT"),
    ("running_hours", "RUNNING, UPTIME, RUN HOURS, WORKING HOURS, OFFICE HOURS, BUSINESS HOURS, CLUSTER HOURS, DWH HOURS, "
                      "DWH SCHEDULE"),
)  # fmt: skip
"""What a limit of money or time may be called instead, the surest first."""
_CALLED = [(name, meaning) for meaning, several in _LIMITS for name in several.split(", ")]
_OF_LIMITS = _OURS | _words(" ".join(name for name, _ in _CALLED)) | _words(
    "AUTO MAX LIMIT AFTER AWS USD EUR DOLLARS HOUR MINUTES DAYS TIME IN"
)  # fmt: skip

_ANY_AWS = re.compile(
    r".*(?:AWS|IAM|IAC|USR|USER|ADMIN|CRED|SECUR|DWH|CLUSTER|REDSHIFT|ACCOUNT|LOGIN|GENERAL|CONFIG|EC2|KEYS)"
    r"|(?:DEFAULT|ROLE|ARN)$"
)
# Another system's host or password is not ours to read, still less to overwrite.
_FOREIGN = re.compile(
    r"TAGS$|.*(?:POSTGRES|PSQL|MYSQL|MARIA|AURORA|MONGO|CASSANDRA|SQLITE|LOCAL|AIRFLOW|SMTP|MAIL|KAFKA|SPARK(?!IFY)"
    r"|REDIS|ELASTIC|SNOWFLAKE|BIGQUERY|ORACLE|MSSQL|DYNAMO|TERADATA|DATABRICKS|HADOOP|KUBERNETES|DOCKER|DASK|FLINK"
    r"|(?<![A-Z])(?:RDS|EMR|PG|ECS|EKS|K8S|MSK|HIVE|RAY)(?![A-Z]))"
)
HOST = (
    rf"(?i)(?P<identifier>[a-z0-9-]+)\.[a-z0-9-]+\.(?P<region>{limits.REGION_NAME})"
    r"\.redshift(?P<serverless>-serverless)?\.amazonaws\.(?:com|eu)"
)
"""The address of a cluster's endpoint (Management Guide, Finding your cluster connection string), or of a workgroup's.

Text, as the patterns of limits.py are.
"""
SIMULATED_ACCOUNT = "123456789012"
"""The simulator's: that of AWS's documentation, which nobody has."""
SIMULATED_HOST = "simulator"
"""How the second label of the host of a simulated cluster begins."""
POSTGRES_PORT = 5432
"""PostgreSQL's own, which a cluster may have, too."""
LONGEST_RUN = 40
"""Characters of a name without separators; a longer one is nobody's words."""
SIMILARITY = 0.83
"""As difflib counts it: 1 is the same name, and a word of six letters, two of which changed places, has 0.833."""

_CLUSTER_TYPE = r"(?:single|multi)[ _-]?node\Z"
_FITS: dict[str, Callable[[str], object]] = {
    "node_type": lambda text: re.match(NODE_TYPE, text) or is_retired(text),
    "cluster_type": lambda text: re.match(_CLUSTER_TYPE, text),
    "number_of_nodes": lambda text: re.match(r"[0-9]{1,3}\Z", text),
    "running_hours": lambda text: re.match(r".*[0-9] *- *[0-9]", text),
    "identifier": lambda text: re.match(limits.IDENTIFIER, text) and not re.match(_CLUSTER_TYPE, text),
}
"""Values, in lower case, by which a meaning is known where the name alone does not tell it."""
_ONLY_OURS: tuple[tuple[str, str, Callable[[str], object]], ...] = (
    ("the ARN of a role", "role_arn", lambda text: re.match(limits.ROLE_ARN, text)),
    ("a Region", "region", lambda text: re.match(limits.REGION, text)),
    ("a node type", "node_type", lambda text: text in NODE_TYPES or is_retired(text)),
    ("the host of a cluster", "host", lambda text: re.search(HOST, text)),
    ("an access key", "access_key", lambda text: re.match(r"a[ks]ia[a-z0-9]{12,}\Z", text)),
)
"""Values that only a setting has, whatever the option is called."""
_BELOW = {"role_arn": "IAM_ROLE", **dict.fromkeys(("access_key", "secret_key", "session_token", "profile"), "AWS")}
"""Sections outside which our name for a setting may be anybody's."""


class _Form(NamedTuple):
    """Words that make a name of one meaning, as options.py spells them.

    sure: "", "value" or "maybe". place: the kind of section that it needs, or empty. whose: the words that make up for it.
    """

    meaning: str
    sure: str
    place: str
    needed: frozenset[str]
    may: frozenset[str]
    whose: frozenset[str]

    def fits(self, words: tuple[str, ...], places: frozenset[str]) -> bool:
        rest = set(words) - self.needed
        if not self.needed <= set(words) or rest - self.may:
            return False
        if "NAME" in words[1:] and words[words.index("NAME") - 1] not in self.needed | {"ID"}:
            return False  # DB_CLUSTER_NAME is the name of a cluster, and CLUSTER_DB_NAME that of a database
        return not self.place or self.place in places or not rest.isdisjoint(self.whose)


def _form(meaning: str, spelled: str) -> _Form:
    found = re.match(r"(value |maybe |)(?:\[(\w+)\] )?(.*)", spelled)
    assert found
    sure, place, words = found[1].strip(), found[2] or "", found[3].split()
    whose = {"ours": _OURS, "spending": _OURS, "warehouse": _WAREHOUSE}.get(place, frozenset())
    needed = frozenset(word for word in words if not word.endswith("?"))
    may = {word[:-1] for word in words if word.endswith("?")} | (whose or _PRODUCT)
    return _Form(meaning, sure, place, needed, frozenset(may), whose)


_FORMS = tuple(_form(row.meaning, spelled) for row in SETTINGS.values() for spelled in row.words)
_KNOWN: dict[str, str] = {
    **{word: word for form in _FORMS for word in form.needed | form.may},
    **{word: word for word in _OF_SECTIONS | _OF_LIMITS},
    **{word: meant for meant, several in _SAME.items() for word in several.split()},
}


@cache
def _read(name: str) -> tuple[tuple[str, ...], bool]:
    """The words of ours in a name, and whether it has no other part."""
    cuts = [_cut(part) for part in re.split(r"[\s_.-]+", name.upper())]
    return tuple(word for cut in cuts for word in cut or () if word), None not in cuts


@cache
def _cut(part: str) -> tuple[str, ...] | None:
    """One word, or several that run together. PASSPORT is neither: what a password is called stands last (DBPASS)."""
    if not part or part in _KNOWN:
        return (_KNOWN[part],) if part else ()
    for end in range(len(part) - 1, 1, -1) if len(part) <= LONGEST_RUN else ():
        first = _KNOWN.get(part[:end], "PASSWORD")
        rest = None if first == "PASSWORD" else _cut(part[end:])
        if rest:
            return (first, *rest)
    return None


def cluster_of(host: str) -> tuple[str, str] | None:
    """Identifier and Region of the cluster with this host; None where it is no cluster's."""
    found = re.match(HOST, host.lower())
    return (found["identifier"], found["region"]) if found and not found["serverless"] else None


def is_simulated(host: str) -> bool:
    """Whether this is the host of a simulated cluster."""
    return f".{SIMULATED_HOST}" in host


def words_of(name: str) -> tuple[str, ...] | None:
    """The words of a name; None where some part is no word of ours."""
    words, is_whole = _read(name)
    return words if is_whole else None


def _says_whose(name: str) -> bool:
    return not _WAREHOUSE.isdisjoint(words_of(name) or ())


@cache
def kinds(section: str) -> frozenset[str]:
    """What a section is, of: foreign, s3, creation, connection, ours, warehouse, db, role, arn, spending, aws, general.

    creation, connection: for the settings of a new cluster, and for those of a script that connects. ours: one of these two.
    warehouse: ours, and not by the word DB alone. general: where settings of any kind stand, and [DB].
    """
    name = section.strip().upper()  # [S3 ] is a slip, after which the role must not get more
    if _FOREIGN.match(name) or name == "S3":
        return frozenset({"s3" if name == "S3" else "foreign"})
    found_words, is_whole = _read(section)
    words = frozenset(found_words) | ({"DB"} if name.endswith("DB") else set())
    if not is_whole:
        words &= _PRODUCT | {"DB"}  # [SPARKIFY_DWH] is ours, and [ML_CLUSTER] another's
    signs = {
        "creation": _CREATING, "warehouse": _CREATING | _WAREHOUSE, "ours": _CREATING | _OURS, "db": {"DB"},
        "role": {"IAM", "ROLE"}, "spending": _CREATING | _OURS | _SPENDING | {"AWS"},
    }  # fmt: skip
    found = {kind for kind, those in signs.items() if words & those}
    if "ours" in found and "creation" not in found:
        found.add("connection")
    if "ours" in found or _ANY_AWS.match(name):
        found.add("aws")
    if found & {"ours", "role"} or name in ("AWS", "ARN", "SECURITY", "DEFAULT"):
        found.add("arn")
    if name == "DB" or ("aws" in found and "ours" not in found):
        found.add("general")
    return frozenset(found)


@cache
def _fitting(section: str, name: str) -> tuple[_Form, ...]:
    """The forms that a name has in its section, without those that are only mentioned."""
    words, places = words_of(name), kinds(section)
    if not words or "foreign" in places:
        return ()
    found = tuple(form for form in _FORMS if form.sure != "maybe" and form.fits(words, places))
    # In [S3] a region is the bucket's, and a KEY is an object's.
    return () if "s3" in places and ("_" not in name or any(form.meaning == "region" for form in found)) else found


def meaning_of(option: Option) -> str | None:
    """What the option means by itself, or None for one that is not ours."""
    value = option.bare.lower()
    forms = _fitting(option.section, option.name)
    found = {form.meaning for form in forms if not form.sure or _FITS[form.meaning](value)}
    meaning = found.pop() if len(found) == 1 else None
    # Whoever wrote `simulator` must not end up at the real AWS for the sake of a section.
    in_place = option.section.upper() in ("AWS", "DEFAULT") or value in ("simulator", "aws")
    others_target = meaning == "target" and not in_place
    others_arn = meaning == "role_arn" and value.startswith("arn:") and ":role/" not in value
    return None if others_target or others_arn else meaning


class Meanings:
    """What the options of one file mean, each beside the others.

    of: every option with its meaning, in the order of the file; None for one that is not ours.
    others: the sections with another system's connection, and the option that shows it, where that should be said.
    """

    def __init__(self, text: Text) -> None:
        alone = [(option, meaning_of(option)) for option in text.options]
        self.others = _others(alone)
        self._values: dict[str, dict[str, list[Option]]] = {}  # meaning -> what is said -> by which options
        for option, meaning in alone:
            if meaning and option.section not in self.others and not is_blank(option.value):
                self._values.setdefault(meaning, {}).setdefault(option.bare, []).append(option)
        self.of = [(option, meaning and self._beside_the_others(option, meaning)) for option, meaning in alone]

    def called(self, meaning: str) -> list[Option]:
        """Every option of that meaning."""
        return [option for option, found in self.of if found == meaning]

    def _beside_the_others(self, option: Option, meaning: str) -> str | None:
        """The meaning, or None if the rest of the file shows that the option is another's."""
        if meaning in CONNECTION and option.section in self.others and not _says_whose(option.name):
            return None
        values = self._values.get(meaning, {})
        differing = (other for said, those in values.items() if said != option.bare for other in those)
        if meaning == "region" and not kinds(option.section):
            return None if any(kinds(other.section) for other in differing) else meaning
        # A word that only its section makes ours, as PORT in [DB], is less sure than DB_PORT.
        bare = meaning in DATABASE_SETTINGS and not _fitting("", option.name)
        return None if bare and any(_fitting("", other.name) for other in differing) else meaning


def _others(alone: list[tuple[Option, str | None]]) -> dict[str, Option | None]:
    """The sections with another system's connection, as those show whose names say that they are the warehouse's.

    Where these have a connection, [DB] and general sections ([AWS], [CONFIG]) are another's for a host or a port that no
    cluster has, and any other section also if it differs. Where they have none, only the host tells, and not of [DB].
    """
    settings: dict[str, dict[str, Option]] = {}
    for option, meaning in alone:
        if meaning in CONNECTION:
            settings.setdefault("DWH" if _says_whose(option.name) else option.section, {})[meaning] = option
    ours = [section for section in settings if "warehouse" in kinds(section)]
    if not ours:
        ours = [section for section, own in settings.items() if "general" in kinds(section) and not _sign(own, set())]
    said = _filled(*(settings[section] for section in ours))
    said_of = {meaning for meaning, _ in said}
    has_warehouse = any("warehouse" in kinds(option.section) for option, _ in alone)
    found: dict[str, Option | None] = {}
    for section, own in settings.items():
        sign, places = _sign(own, said), kinds(section)
        filled = {each for each in _filled(own) if each[0] != "host"}
        alike = filled and all(each in said or each[0] not in said_of for each in filled)
        if ours and section not in ours and (sign or not ("general" in places or alike)):
            found[section] = sign if "general" in places else None
        elif not ours and sign and sign is own.get("host") and section.upper() != "DB" and (has_warehouse or not places):
            found[section] = sign
    return found


def _filled(*settings: dict[str, Option]) -> set[tuple[str, str]]:
    """Each meaning with what it says."""
    return {(meaning, option.bare) for own in settings for meaning, option in own.items() if not is_blank(option.value)}


def _sign(settings: dict[str, Option], said: set[tuple[str, str]]) -> Option | None:
    """The host or port by which a connection is known to be another system's. said: what surer sections say."""
    host, port = settings.get("host"), settings.get("port")
    if host and not is_blank(host.value) and not re.search(HOST, host.bare):
        return host
    if not port or not re.fullmatch("[0-9]{1,9}", port.bare) or ("port", port.bare) in said:
        return None
    number = int(port.bare)
    possible = any(low <= number <= high for ranges in PORT_RANGES.values() for low, high in ranges)
    return None if possible and number != POSTGRES_PORT else port


def section_named(text: Text, *names: str) -> Section | None:
    """The last header of the first of these names that the file has, in any case."""
    there = {section.name.upper(): section.name for section in reversed(text.sections)}
    return next((text.section_at(there[name]) for name in names if name in there), None)


def limit_meant(option: Option) -> Setting | None:
    """What an option without a meaning is nearly called, if to leave it out would cost: a limit, or TARGET = simulator."""
    words, is_whole = _read(option.name)
    found = set(words)
    places, close = kinds(option.section), nearly(option)
    if option.bare.lower() == "simulator" and ("aws" in places or (close and close.meaning == "target")):
        return SETTINGS["target"]
    says_whose = not found.isdisjoint(_OURS) or "AUTOPAUSE" in found or {"MAX", "HOURLY"} <= found
    if is_blank(option.value) or places & {"foreign", "s3"} or not (says_whose or "spending" in places):
        return None
    if words and is_whole and _OF_LIMITS.issuperset(words) and (says_whose or re.search("[0-9]", option.value)):
        meant = (meaning for name, meaning in _CALLED if found.issuperset(name.split()))
        return next((SETTINGS[meaning] for meaning in meant if _FITS.get(meaning, bool)(option.value)), None)
    return close if close and close.meaning in dict(_LIMITS) else None


def unread(option: Option, meanings: Meanings, known: Container[str]) -> str:
    """Why an option without a meaning is mentioned, and what to write if it means what it seems to; "" for the user's own.

    known: the meanings that the file says elsewhere; beside those, only what is misspelled is mentioned.
    """
    places, words, value = kinds(option.section), words_of(option.name), option.bare.lower()
    others_arn = value.startswith("arn:") and not re.match(limits.ROLE_ARN, value)
    if is_blank(option.value) or places & {"foreign", "s3"} or others_arn:
        return ""
    if option.section in meanings.others:
        said = f"is not one of Redshift's, so the connection in [{option.section}] is taken for another system's"
        return said if option is meanings.others[option.section] else ""
    meaning = meaning_of(option)
    if meaning in DATABASE_SETTINGS:
        whole = next(each for each in meanings.called(meaning) if not is_blank(each.value))
        return f"is not read, because {whole.name} (line {whole.line.number}) says it by its whole name"
    close = nearly(option)
    if close:
        return "is not a known option" + _instead([close], option)
    for what, each, holds in _ONLY_OURS:
        buckets = each == "region" and re.search("S3|BUCKET", option.name.upper())
        if each not in known and holds(value) and not buckets:
            return f"is not read, although it holds {what}" + _instead([SETTINGS[each]], option)
    if any(option.section == host.section for host in meanings.called("host")):
        places |= {"ours"}
    forms = _resembling(words, places, value) if words else _containing(option.name, value)
    meant = [SETTINGS[each] for each in dict.fromkeys(form.meaning for form in forms) if each not in known]
    return "is not read" + _instead(meant, option) if meant else ""


def _instead(meant: list[Setting], option: Option) -> str:
    value = option.value if len(option.value) <= LONGEST_SHOWN and not option.more else "its value"
    lines = [row.name if row.secret else f"{row.name} = {value}" for row in meant]
    lines = [f"{line}, below [{_BELOW[row.meaning]}]" if row.meaning in _BELOW else line for line, row in zip(lines, meant)]
    do = "call it" if meant[0].secret else "write"
    return f"; did you mean {' or '.join(row.name for row in meant)}? Then {do}: {', or: '.join(lines)}"


def _resembling(words: tuple[str, ...], places: frozenset[str], value: str) -> list[_Form]:
    """The forms that a name of our words is short for: those that it has most words of, and no other words."""
    mentioned = [form for form in _FORMS if (form.place or form.sure) and form.sure != "value" and form.fits(words, places)]
    if mentioned or "warehouse" not in places and _WAREHOUSE.isdisjoint(words):
        return mentioned
    own = set(words) - _OURS - _COMMON
    short = [form for form in _FORMS if own & form.needed and set(words) <= form.needed | form.may | _WAREHOUSE]
    most = max((len(own & form.needed) for form in short), default=0)
    return [form for form in short if len(own & form.needed) == most and _FITS.get(form.meaning, bool)(value)]


def _containing(name: str, value: str) -> list[_Form]:
    """The forms for which cluster it is and how large that stand in a name beside words that are not ours."""
    words = set(_read(name)[0])
    of_size = [form for form in _FORMS if not form.place and form.needed - _OURS and form.needed <= words]
    which = ("identifier", "number_of_nodes", "node_type", "cluster_type")
    fitting = [form for form in of_size if form.meaning in which and _FITS[form.meaning](value)]
    return [] if _FOREIGN.match(name.upper()) else fitting


def nearly(option: Option) -> Setting | None:
    """The setting whose name an unknown option most resembles, if any is close."""
    name = _core(option.name)
    foreign = kinds(option.section) & {"foreign", "s3"} or _FOREIGN.match(option.name.upper())
    if len(name) < 5 or words_of(option.name) or foreign:
        return None
    ours = {_core(row.name): row for row in SETTINGS.values()}
    ours |= {name: SETTINGS[meaning] for name, meaning in _CALLED}
    from difflib import get_close_matches  # costs more to import than most files cost to read

    close = get_close_matches(name, [each for each in ours if len(each) > 4], 1, SIMILARITY)
    return ours[close[0]] if close else None


def _core(name: str) -> str:
    """The name without whose it is, and without separators."""
    return re.sub(r"^(?:DWH|DB|AWS|REDSHIFT)(?=[\W_])|[\W_]", "", name.upper())
