"""The IAM role of a dwh.cfg, which an option for its name or one for its ARN may name."""

from __future__ import annotations

from iac.config import rules
from iac.config.placeholders import unquoted
from iac.config.settings import SETTINGS
from iac.config.validation import Validation
from iac.facts import limits


def role(cfg: Validation) -> tuple[str, str]:
    """The role's name, and its ARN where the file names the role by that.

    What stands in an ARN option counts where no other option names the role.
    """
    if not cfg.filled("role_name"):
        return _from_arn_options(cfg)
    text = cfg.values["role_name"] or ""
    arn = limits.ROLE_ARN.match(text)
    return (arn["name"], text) if arn else (text, "")


def _from_arn_options(cfg: Validation) -> tuple[str, str]:
    for option in cfg.filled("role_arn"):
        text = unquoted(option.value)
        arn = limits.ROLE_ARN.match(text)
        if arn:
            return arn["name"], text
        if rules.role_name(text) is None:
            cfg.assume(f"{option.name} in [{option.section}] holds a role's name, {text}, and is left as it is")
            return text, ""
    default = SETTINGS["role_name"].default
    cfg.default("role_name", f"role {default}")
    return default, ""


def role_arn(cfg: Validation) -> str:
    """The role's ARN that stands in the file now, without quotes; empty where there is none."""
    arns = (unquoted(each.value) for each in cfg.filled("role_arn"))
    return next((arn for arn in arns if arn.startswith("arn:")), "")


def arn_holds_name(cfg: Validation) -> bool:
    """Whether every option for the role's ARN that is filled holds a name instead."""
    filled = cfg.filled("role_arn")
    return bool(filled) and len(filled) == len(cfg.named("role_arn")) and not role_arn(cfg)
