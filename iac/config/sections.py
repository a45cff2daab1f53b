"""[S3] and [TAGS], the sections of a dwh.cfg whose options have names of the user's own."""

from __future__ import annotations

from iac.config import rules
from iac.config.ini import Option
from iac.config.placeholders import is_blank, unquoted
from iac.config.validation import Validation, is_secret
from iac.facts import limits


def s3_places(cfg: Validation) -> dict[str, Option]:
    """The s3:// places that [S3] names, without quotes, and the first option that names each."""
    found: dict[str, Option] = {}
    for option in cfg.text.options:
        place = unquoted(option.value)
        if option.section.upper() != "S3" or not place.lower().startswith("s3://") or is_blank(place):
            continue
        if not limits.BUCKET_PLACE.match(place):
            cfg.note(f"{option.name} in [S3] (line {option.line.number}) is left out: S3 allows no bucket of that name")
        else:
            found.setdefault(place, option)
    return found


def s3_access(cfg: Validation, places: tuple[str, ...]) -> str:
    """What of S3 the role may read: the listed places, or all."""
    option = cfg.one("s3_access")
    if option is None:
        access = "listed" if places else "all"
        why = "places, so the role reads those alone" if places else "no s3:// place, so the role reads every bucket"
        cfg.assume(f"S3 access is {access}: [S3] names {why}")
        return access
    access = unquoted(option.value).lower()
    if access not in ("listed", "all"):
        cfg.refuse(option, "must be listed or all", "all" if access.startswith("a") or not places else "listed")
    elif access == "listed" and not places:
        cfg.refuse(option, "[S3] names no s3:// place that could be listed", "all")
    return access


def tags(cfg: Validation) -> tuple[tuple[str, str], ...]:
    """The options of [TAGS], names as spelled."""
    options = [each for each in cfg.text.options if each.section.upper() == "TAGS"]
    found = []
    for option in options:
        value = unquoted(option.value)
        wrong = rules.tag(option.name, value)
        if is_secret(option):
            cfg.refuse(option, "must not be a tag, which anyone in the account can read; delete this line", None)
        elif wrong:
            cfg.refuse(option, wrong, None)
        found.append((option.name, value))
    if len(found) > rules.MOST_OWN_TAGS:
        allowed = f"is one tag too many: AWS allows 50, and these scripts need 5; {rules.MOST_OWN_TAGS} can be here"
        cfg.refuse(options[rules.MOST_OWN_TAGS], allowed, None)
    return tuple(found)
