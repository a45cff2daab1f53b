"""dwh.cfg -> Config: the file read, and what several options decide together."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iac.config import file, names, options
from iac.config.options import SETTINGS
from iac.config.reading import Reading, is_secret
from iac.config.text import Option, is_blank, parse
from iac.config.secret import Credentials
from iac.errors import UsageError, printable
from iac.facts import limits
from iac.facts.node_types import NODE_TYPES

if TYPE_CHECKING:
    from iac.config.config import Config

DEFAULT_REGION = "us-west-2"
"""For advice, as long as the Region is not known."""


def read(path: Path) -> Config:
    """Reads and checks the file. Each option has become the field of its meaning (Reading.values: what its rule makes of the
    text, None where it is blank or refused), but for those that _together makes.

    Raises UsageError: if there is no readable text, or, as Misconfigured, with every
    fault of the file and the line to put in its place.
    """
    path = Path(path)
    text = parse(file.load(path))
    if not text.options and not text.flaws:
        remedy = "Fill it, or name another: --config FILE"
        raise UsageError(printable(f"{path} says nothing"), "It has no option at all.", remedy)
    cfg = Reading(path, text)
    together = _together(cfg)
    cfg.finish()
    from iac.config import writeback  # a wrong file is told of without these two
    from iac.config.config import Config

    fields = {meaning: value for meaning, value in cfg.values.items() if meaning in Config.__dataclass_fields__} | together
    written = {each: str(fields[each]) for each in ("database", "user", "port", "host", "role_arn")}
    written |= {} if fields["password"] is None else {"password": fields["password"].reveal()}
    in_line = writeback.in_line(text, written, path)
    return Config(path=path, in_line=in_line, notes=tuple(cfg.notes), assumed=tuple(cfg.assumed), **fields)


def _together(cfg: Reading) -> dict[str, Any]:
    """The fields of Config that need more than one option."""
    if cfg.named("target") and not cfg.filled("target"):
        cfg.note("TARGET is blank, which means aws: the real AWS")
    region, number_of_nodes = _region(cfg), _number_of_nodes(cfg)
    _check_size(cfg, region or DEFAULT_REGION, number_of_nodes)
    wanted = cfg.values["ingress"] or ()
    ingress = tuple(each for each in wanted if each != options.AUTO)
    for place in ingress:
        if place.endswith("/0"):
            name = cfg.chosen["ingress"].name
            cfg.assume(f"{name} {place} lets every address on the internet connect; auto lets only your own")
    role_name, given_role_arn, role_arn = _role(cfg)
    host = next((each.bare for each in _connection_first(cfg.filled("host"))), "")
    places = _s3_places(cfg)
    return dict(
        region=region,
        number_of_nodes=number_of_nodes,
        credentials=_credentials(cfg),
        managed_password="password" in cfg.chosen and cfg.values["password"] is None,
        role_name=role_name,
        given_role_arn=given_role_arn,
        only_arn_names_role=given_role_arn != "" and not cfg.filled("role_name"),
        s3_access=_s3_access(cfg, bool(places)),
        s3_places=tuple(places),
        tags=_tags(cfg),
        ingress=ingress or None,
        ingress_and_own=len(wanted) > len(ingress) > 0,
        host=host,
        default_identifier=_default_identifier(cfg, host),
        role_arn=role_arn,
        arn_holds_name=not role_arn and len(cfg.filled("role_arn")) == len(cfg.named("role_arn")) > 0,
        lines=tuple(
            (meaning, printable(option.name), option.line.number)
            for meaning, option in {**cfg.chosen, **places}.items()
            if meaning in ("node_type", "number_of_nodes", "auto_pause", "running_hours", "budget_usd") or meaning in places
        ),
        spelled=_spelled(cfg),
        connection=_connection(cfg),
    )


def _credentials(cfg: Reading) -> Credentials:
    """KEY with SECRET, and perhaps SESSION_TOKEN; or PROFILE; or nothing."""
    key, secret, token = (cfg.chosen.get(each) for each in ("access_key", "secret_key", "session_token"))
    profile = cfg.values["profile"]
    for given, absent in ((key, None if secret else "SECRET"), (secret, None if key else "KEY")):
        if given and absent:
            why = f"needs {absent} beside it; with both blank, the AWS CLI's credentials are used"
            cfg.refuse(given, why, f"{given.name} =")
    if token and not key and not secret:
        why = "needs KEY and SECRET beside it; with all blank, the AWS CLI's credentials are used"
        cfg.refuse(token, why, f"{token.name} =")
    if key and profile:
        cfg.note("KEY and SECRET are used, and PROFILE is not: both are filled")
        profile = None
    if key and not token and key.bare.startswith("ASIA"):
        cfg.note("KEY is a temporary one (it begins with ASIA), and AWS accepts it only with its SESSION_TOKEN")
    return Credentials(cfg.values["access_key"], cfg.values["secret_key"], cfg.values["session_token"], profile)


def _region(cfg: Reading) -> str | None:
    """The Region of the file, else the one in a filled host, else None."""
    said = cfg.values["region"]
    hosts = (each.value.lower() for each in cfg.filled("host"))
    matches = (re.search(names.HOST, host) for host in hosts if cfg.values["target"] != "aws" or not names.is_simulated(host))
    there = next((match["region"] for match in matches if match), None)
    if there and said and there != said:
        option = cfg.chosen["region"]
        cfg.note(f"The host in {cfg.file} is in Region {there}, but {option.name} says {said}, which is used")
    return said or there


def _default_identifier(cfg: Reading, host: str) -> tuple[str, ...]:
    """What Config says of it. That the host is another cluster's is a note, whatever is done."""
    if cfg.filled("identifier"):
        return ()
    option, default = SETTINGS["identifier"].name, SETTINGS["identifier"].default
    other, _ = names.cluster_of(host) or (default, "")
    if other != default:
        said = f"The host in {cfg.file} is that of the cluster {other}, but no option names the cluster, so it is {default}"
        cfg.note(f"{said}; if {other} is meant, write: {option} = {other}")
    said = f"{cfg.file} does not name the cluster, so it is {default}, the default"
    return (f"{said}; if another is meant, write: {option} = NAME",)


def _number_of_nodes(cfg: Reading) -> int:
    """The number of nodes; checked against the node type only where that is one AWS sells."""
    kind, count, option = cfg.values["cluster_type"], cfg.values["number_of_nodes"], cfg.chosen.get("number_of_nodes")
    node = NODE_TYPES.get(cfg.values["node_type"])
    if option is None:
        least = node.least if node else 1
        if kind == "single-node" and node and least > 1:
            where = cfg.chosen["cluster_type"]
            cfg.refuse(where, f"a cluster of {node.name} has {node.counts} nodes", f"{where.name} = multi-node")
        count = 2 if kind == "multi-node" else least
        cfg.defaults["number_of_nodes"] = f"{count} node{'s' if count > 1 else ''}"
    elif count is None:
        return 1
    elif kind == "single-node" and count > 1:
        where = cfg.chosen["cluster_type"]
        allowed = f"{where.name} (line {where.line.number}) says single-node, which is 1 node (or say multi-node there)"
        cfg.refuse(option, allowed, f"{option.name} = 1")
    elif node and not cfg.checked(option, options.number_of_nodes, count, node.name):
        return count
    elif node and count > node.most:
        most = f"AWS makes a cluster of {node.name} with at most {node.most} nodes"
        cfg.assume(f"{most}; {count} are possible by a resize only")
    elif kind == "multi-node" and count == 1:
        cfg.assume("1 node is a single-node cluster, whatever the cluster type says")
    return count


def _check_size(cfg: Reading, region: str, number_of_nodes: int) -> None:
    """Records a fault for what is no node type, or one that AWS no longer sells; else for a port that its family has not."""
    name, port = cfg.values["node_type"], cfg.values["port"]
    rule = partial(options.node_type, region=region, number_of_nodes=number_of_nodes)
    if "node_type" in cfg.chosen:
        name = cfg.checked(cfg.chosen["node_type"], SETTINGS["node_type"]._replace(rule=rule).allowed, name)
    if name and port and "port" in cfg.chosen:
        cfg.checked(cfg.chosen["port"], options.port, port, name)


def _role(cfg: Reading) -> tuple[str, str, str]:
    """The role's name; its ARN where the file names the role by that; and the ARN that stands in the options for it now.

    What stands in an ARN option counts where no other option names the role.
    """
    filled = cfg.filled("role_arn")
    there = next((each.bare for each in filled if each.bare.startswith("arn:")), "")
    if cfg.filled("role_name"):
        text = cfg.values["role_name"] or ""
        arn = re.match(limits.ROLE_ARN, text)
        return (arn["name"], text, there) if arn else (text, "", there)
    for option in filled:
        arn = re.match(limits.ROLE_ARN, option.bare)
        if arn:
            return arn["name"], option.bare, there
        if re.match(limits.ROLE_NAME, option.bare):
            cfg.assume(f"{option.name} in [{option.section}] holds a role's name, {option.bare}, and is left as it is")
            return option.bare, "", there
    default = SETTINGS["role_name"].default
    cfg.defaults["role_name"] = f"role {default}"
    return default, "", there


def _connection_first(found: list[Option]) -> list[Option]:
    return sorted(found, key=lambda option: "connection" not in names.kinds(option.section))


def _connection(cfg: Reading) -> tuple[tuple[str, str, str], ...]:
    """Meaning, section and option of what a script reads to connect, preferably from a connection section.

    configparser leaves quotes in a value, so an option that has some is not among them.
    """
    first = {meaning: next(iter(_connection_first(cfg.named(meaning))), None) for meaning in names.CONNECTION}
    return tuple((meaning, each.section, each.name) for meaning, each in first.items() if each and each.bare == each.value)


def _spelled(cfg: Reading) -> tuple[tuple[str, str], ...]:
    """Of several with one meaning the option that holds. Without the role's ARN: AWS's messages have that word as well."""
    found = {each: cfg.chosen.get(each) or next(iter(cfg.filled(each) or cfg.named(each)), None) for each in SETTINGS}
    spelled = ((SETTINGS[each].name, printable(option.name)) for each, option in found.items() if option and each != "role_arn")
    return tuple((ours, theirs) for ours, theirs in spelled if ours != theirs)


def _s3_places(cfg: Reading) -> dict[str, Option]:
    """The s3:// places that [S3] names, without quotes, and the first option that names each; also what is refused."""
    found: dict[str, Option] = {}
    for option in cfg.text.options:
        if "s3" in names.kinds(option.section) and not is_blank(option.value):
            place = cfg.checked(option, options.s3_place, option.value)
            if place != "":
                found.setdefault(place or option.value, option)
    return found


def _s3_access(cfg: Reading, places: bool) -> str:
    """What of S3 the role may read: the listed places, or all."""
    option, access = cfg.chosen.get("s3_access"), cfg.values["s3_access"]
    if option is None:
        access = "listed" if places else "all"
        why = "places, so the role reads those alone" if places else "no s3:// place, so the role reads every bucket"
        cfg.assume(f"S3 access is {access}: [S3] names {why}")
    elif access == "listed" and not places:
        cfg.refuse(option, "[S3] names no s3:// place that could be listed", f"{option.name} = all")
    return access or ""


def _tags(cfg: Reading) -> tuple[tuple[str, str], ...]:
    """The options of [TAGS], names as spelled."""
    found = [each for each in cfg.text.options if each.section.upper() == "TAGS"]
    for option in found:
        if is_secret(option):
            cfg.refuse(option, "must not be a tag, which anyone in the account can read; delete this line", None)
        else:
            cfg.checked(option, options.tag, option.name, option.bare)
    if len(found) > options.MOST_OWN_TAGS:
        allowed = f"is one tag too many: AWS allows 50, and these scripts need 5; {options.MOST_OWN_TAGS} can be here"
        cfg.refuse(found[options.MOST_OWN_TAGS], allowed, None)
    return tuple((option.name, option.bare) for option in found)
