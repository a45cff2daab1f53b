"""A call that AWS denies: which policy denies it, and what can be done about that one.

AWS names the kind of policy in most messages (IAM User Guide, Troubleshoot access denied
error messages): "with an explicit deny in a KIND" or "because no KIND allows the ACTION action".
"""

from __future__ import annotations

import json
import re

from iac.errors import Denied, Problem

_ACTION = re.compile(r"perform:? (?P<action>[a-z0-9-]+:[A-Za-z]+)")
_EXPLICIT = re.compile(r"explicit deny(?: in (?:an? |the )?(?P<kind>[a-z][a-z -]+))?", re.IGNORECASE)
_IMPLICIT = re.compile(r"because no (?P<kind>[a-z][a-z -]+?) allows", re.IGNORECASE)

_WHERE = {
    "service control policy": "service control policy of the organization",
    "resource control policy": "resource control policy of the organization",
    "permissions boundary": "permissions boundary of the login",
    "session policy": "session policy of the login",
    "resource-based policy": "policy of the resource itself",
    "vpc endpoint policy": "policy of the VPC endpoint",
    "identity-based policy": "IAM policy of the login",
}
"""AWS's words for a kind of policy, and where that policy is."""

_SEVERAL = ("service control policy", "resource control policy", "identity-based policy")
"""Those of which more than one can apply to a login."""


def names_reason(said: str) -> bool:
    """Whether AWS's text has the action that is denied, or the policy that denies it."""
    return any(each.search(said) for each in (_ACTION, _EXPLICIT, _IMPLICIT))


def denied(what: str, why: str, service: str, operation: str, said: str) -> Problem:
    """The refusal, with the action that is missing: the one that AWS's text names, else the call's own."""
    named = _ACTION.search(said)
    action = named["action"] if named else f"{service}:{operation}"
    explicit, implicit = _EXPLICIT.search(said), _IMPLICIT.search(said)
    if explicit:
        return _explicitly(what, why, action, _kind(explicit["kind"]))
    if implicit and _kind(implicit["kind"]) not in (None, "identity-based policy"):
        return _implicitly(what, why, action, str(_kind(implicit["kind"])))
    return Denied(what, f"The login may not do {action}. {why}", f"Have this added to its IAM policy: {_allow(action)}")


def denied_by_redshift(what: str, why: str, operation: str) -> Problem:
    """Redshift's UnauthorizedOperation that names no action.

    Redshift makes EC2's Describe calls in the caller's name (Management Guide, Identity-based policies,
    example 6); a restore lacked Redshift resources or KMS rights (GitHub, aws/redshift-test-drive#120).
    """
    statement = _allow(f"redshift:{operation}", "ec2:Describe*", "kms:DescribeKey", "kms:CreateGrant")
    return Denied(
        what,
        "The login may lack rights on Redshift itself, on EC2's Describe actions, which Redshift makes in the caller's "
        f"name, or on the KMS key. {why}",
        f"Have this added to its IAM policy: {statement}. Where an own KMS key encrypts the cluster or the snapshot, "
        "have the login allowed in its key policy as well.",
    )


def _kind(text: str | None) -> str | None:
    """AWS's word for the kind of policy, without what follows it; None where AWS does not name one that is known."""
    return next((kind for kind in _WHERE if (text or "").lower().startswith(kind)), None)


def _explicitly(what: str, why: str, action: str, kind: str | None) -> Problem:
    """A Deny statement: no Allow overrides it (IAM User Guide, Policy evaluation logic)."""
    if kind is None:
        return Denied(
            what,
            f"A policy forbids {action}: an IAM policy, the permissions boundary or the session policy of the login, or a "
            f"service control policy of the organization. {why}",
            f"Ask whoever administers the account which policy has a Deny statement for {action}, and have it removed.",
        )
    where = _WHERE[kind]
    subject = f"{'An' if where[0] == 'I' else 'A' if kind in _SEVERAL else 'The'} {where}"
    remedy = f"Have the Deny statement for {action} removed from the {where}; no other policy overrides it."
    return Denied(what, f"{subject} forbids {action}. {why}", _elsewhere(kind, action) or remedy)


def _implicitly(what: str, why: str, action: str, kind: str) -> Problem:
    """An Allow is missing, in another place than the IAM policies of the login."""
    where = _WHERE[kind]
    means = f"No {where} allows {action}." if kind in _SEVERAL else f"The {where} does not allow {action}."
    remedy = f"Have this added to the {where}: {_allow(action)}"
    return Denied(what, f"{means} {why}", _elsewhere(kind, action) or remedy)


def _elsewhere(kind: str, action: str) -> str | None:
    """The remedy for what the account's own IAM policies cannot change."""
    if kind in ("service control policy", "resource control policy"):
        return f"Ask whoever administers the organization (AWS Organizations) to permit {action}, or use another account."
    if kind == "session policy":
        return (
            f"Log in without the session policy, or with one that allows {action}: whoever gives out the login "
            "(AssumeRole, GetFederationToken) sets it."
        )
    return None


def _allow(*actions: str) -> str:
    action = list(actions) if len(actions) > 1 else actions[0]
    return json.dumps({"Effect": "Allow", "Action": action, "Resource": "*"})
