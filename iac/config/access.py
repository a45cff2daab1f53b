"""What a dwh.cfg says about reaching in and out: credentials, region, network, S3, limits and tags."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from iac.config import placeholders, names, rules
from iac.config.validation import Validation, is_secret
from iac.config.topics import whole_number
from iac.facts import limits

SNAPSHOT_DAYS = 35
_HOST_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.redshift(?:-serverless)?\.amazonaws\.com")
_TRUE = frozenset({"yes", "true", "on", "1"})
_FALSE = frozenset({"no", "false", "off", "0"})


def target(cfg: Validation) -> str:
    """simulator or aws; a file that does not say means aws."""
    option = cfg.one("target")
    if option is None:
        if cfg.named("target"):
            cfg.note("TARGET is blank, which means aws: the real AWS")
        return "aws"
    name = placeholders.unquoted(option.value).lower()
    if name in ("simulator", "aws"):
        return name
    cfg.refuse(option, "must be simulator or aws", "aws" if name.startswith("a") else "simulator")
    return "simulator"


def region(cfg: Validation) -> str | None:
    """The Region of the file, else the one in a filled host, else None."""
    option = cfg.one("region")
    matches = (_HOST_REGION.search(each.value.lower()) for each in cfg.filled("host"))
    there = next((match[1] for match in matches if match), None)
    if option is None:
        return there
    name = placeholders.unquoted(option.value).lower()
    wrong = rules.region(name)
    if there and there != name and not wrong:
        cfg.note(f"The host in {cfg.file} is one in {there}; {option.name} says {name}, and that holds")
    if wrong:
        found = re.match(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", name)  # an Availability Zone, or a comment behind it
        cfg.refuse(option, wrong, found[0] if found else "us-west-2")
    return name


def policy_arn(cfg: Validation) -> str | None:
    """The policy the file names for the role, or None."""
    option = cfg.one("policy_arn")
    if option is None:
        return None
    arn = placeholders.unquoted(option.value)
    wrong = rules.policy_arn(arn)
    if wrong:
        named = arn if re.fullmatch(r"[A-Za-z0-9]+", arn) else "AmazonS3ReadOnlyAccess"
        cfg.refuse(option, wrong, f"arn:aws:iam::aws:policy/{named}")
    return arn


def ingress(cfg: Validation) -> tuple[str, ...] | None:
    """The address ranges that may connect, in AWS's own form; None for the caller's own address."""
    option = cfg.one("ingress")
    if option is None or placeholders.unquoted(option.value).lower() == "auto":
        return None
    found: list[str] = []
    for each in re.split(r"[,\s]+", placeholders.unquoted(option.value)):
        if not each:
            continue
        place = rules.cidr(each.strip("'\""))
        if place is None:
            allowed = "must be auto, or addresses and ranges such as 203.0.113.7/32, with commas between them"
            cfg.refuse(option, allowed, "auto")
            return None
        if place.endswith("/0"):
            cfg.note(f"{option.name} {place} lets the whole internet try the password; auto is your address alone")
        if place not in found:
            found.append(place)
    return tuple(found) or None


def publicly_accessible(cfg: Validation) -> bool:
    """Whether the cluster gets a public address; yes unless the file says no."""
    option = cfg.one("publicly_accessible")
    if option is None:
        return True
    word = placeholders.unquoted(option.value).lower()
    if word not in _TRUE | _FALSE:
        cfg.refuse(option, "must be yes or no", "no" if word.startswith("n") else "yes")
    return word not in _FALSE


def subnet_group(cfg: Validation) -> str | None:
    """The cluster subnet group in lower case, as AWS keeps it; None for the default VPC."""
    option = cfg.one("subnet_group")
    if option is None:
        return None
    name = placeholders.unquoted(option.value)
    wrong = rules.subnet_group(name)
    if wrong:
        tidy = "" if name.lower() == "default" else re.sub(r"[^a-z0-9]+", "-", name.lower())[:255].strip("-")
        cfg.refuse(option, wrong, tidy)
    return name.lower()


def s3_places(cfg: Validation) -> tuple[str, ...]:
    """The s3:// places that [S3] names, without quotes."""
    found: list[str] = []
    for option in cfg.text.options:
        place = placeholders.unquoted(option.value)
        if option.section.upper() != "S3" or not place.lower().startswith("s3://") or placeholders.is_blank(place):
            continue
        if not limits.BUCKET_PLACE.match(place):
            cfg.note(f"{option.name} in [S3] (line {option.line.number}) names no bucket S3 could have; left out")
        elif place not in found:
            found.append(place)
    return tuple(found)


def s3_access(cfg: Validation, places: tuple[str, ...]) -> str:
    """What of S3 the role may read: the listed places, or all."""
    option = cfg.one("s3_access")
    if option is None:
        access = "listed" if places else "all"
        why = "places, so the role reads those alone" if places else "no s3:// place, so the role reads every bucket"
        cfg.note(f"S3 access is {access}: [S3] names {why}")
        return access
    access = placeholders.unquoted(option.value).lower()
    if access not in ("listed", "all"):
        cfg.refuse(option, "must be listed or all", "all" if access.startswith("a") or not places else "listed")
    elif access == "listed" and not places:
        cfg.refuse(option, "[S3] names no s3:// place that could be listed", "all")
    return access


def snapshot_days(cfg: Validation) -> int:
    """How many days a final snapshot is kept."""
    option = cfg.one("snapshot_days")
    if option is None:
        return SNAPSHOT_DAYS
    low, high = limits.SNAPSHOT_DAYS
    days = whole_number(cfg, option, f"must be {low} to {high} days", low, SNAPSHOT_DAYS)
    if days is None:
        return SNAPSHOT_DAYS
    wrong = rules.snapshot_days(days)
    if wrong:
        cfg.refuse(option, wrong, str(high))
    return days


def auto_pause(cfg: Validation) -> str | None:
    """DWH_AUTO_PAUSE as it stands, or None."""
    return cfg.value("auto_pause")


def max_hourly_usd(cfg: Validation) -> Decimal | None:
    """The most that the cluster may cost, in US dollars an hour; None for no limit."""
    option = cfg.one("max_hourly_usd")
    if option is None:
        return None
    text = placeholders.unquoted(option.value)
    try:
        limit = Decimal(text) if re.fullmatch(r"[0-9]{0,9}\.?[0-9]{0,9}", text) else None
    except InvalidOperation:
        limit = None
    if limit is None or limit <= 0:
        digits = re.search(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?", text)
        instead = digits[0].replace(",", ".") if digits and float(digits[0].replace(",", ".")) > 0 else ""
        cfg.refuse(option, "must be a number of US dollars an hour, more than 0, or blank for no limit", instead)
        return None
    return limit


def tags(cfg: Validation) -> tuple[tuple[str, str], ...]:
    """The options of [TAGS], names as spelled."""
    options = [each for each in cfg.text.options if each.section.upper() == "TAGS"]
    found = []
    for option in options:
        value = placeholders.unquoted(option.value)
        wrong = "anyone in the account can read a tag" if is_secret(option) else rules.tag(option.name, value)
        if wrong:
            cfg.refuse(option, wrong, None)
        found.append((option.name, value))
    if len(found) > rules.MOST_OWN_TAGS:
        allowed = f"AWS allows 50 tags and some are ours; {rules.MOST_OWN_TAGS} are yours"
        cfg.refuse(options[rules.MOST_OWN_TAGS], allowed, None)
    return tuple(found)


def host(cfg: Validation) -> str:
    """The host that stands in the file now, without quotes; empty where there is none."""
    hosts = sorted(cfg.filled("host"), key=lambda option: option.section.upper() not in names.CONNECTION)
    return placeholders.unquoted(hosts[0].value) if hosts else ""


def role_arn(cfg: Validation) -> str:
    """The role's ARN that stands in the file now, without quotes; empty where there is none."""
    arns = (placeholders.unquoted(each.value) for each in cfg.filled("role_arn"))
    return next((arn for arn in arns if arn.startswith("arn:")), "")


def arn_holds_name(cfg: Validation) -> bool:
    """Whether every option for the role's ARN that is filled holds a name instead."""
    filled = cfg.filled("role_arn")
    return bool(filled) and len(filled) == len(cfg.named("role_arn")) and not role_arn(cfg)
