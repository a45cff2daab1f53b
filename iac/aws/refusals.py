"""What an error of AWS means: a person must act, it is transient, or what was observed is out of date.

Sources: Redshift API reference, Common errors and the errors of each action;
EC2 API, Error codes; IAM API reference; botocore's exceptions.
AWS names the kind of policy that denies a call in most messages (IAM User Guide, Troubleshoot access denied
error messages): "with an explicit deny in a KIND" or "because no KIND allows the ACTION action".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import botocore.exceptions as local
from botocore.parsers import ResponseParserError

from iac.errors import Conflict, Denied, Problem, TransientError
from iac.aws import unmet

DENIED = frozenset(
    "AccessDenied AccessDeniedException UnauthorizedOperation NotAuthorized DependentServiceAccessDenied".split()
)
"""The login may not do it."""

THROTTLING = frozenset(
    "Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException "
    "RequestLimitExceeded TooManyRequestsException BandwidthLimitExceeded SlowDown PriorRequestNotComplete "
    "EC2ThrottledException LimitExceededException DependentServiceRequestThrottling "
    "DependentServiceUnavailable RequestTimeout RequestTimeoutException ServiceUnavailable "
    "ServiceUnavailableException InternalFailure InternalError InternalServerError "
    "ServiceFailure IDPCommunicationError Unavailable".split()
)
"""Codes that pass by themselves. DependentService... come with HTTP status 400
and stand in no retry list of botocore's."""

CONFLICTS = frozenset(
    "InvalidClusterState DependencyViolation InvalidGroup.InUse DeleteConflict ConcurrentModification "
    "ConcurrentModificationException InvalidClusterSnapshotState ClusterAlreadyExists ClusterNotFound "
    "ClusterSnapshotAlreadyExists NoSuchEntity EntityAlreadyExists InvalidGroup.NotFound "
    "InvalidPermission.Duplicate InvalidPermission.NotFound ResourceNotFound "
    "ConflictException ResourceNotFoundException".split()
)
"""What was observed is out of date: another operation runs, or the thing came or went
meanwhile (also by our own call whose answer was lost)."""

CHECK_NETWORK = "Check the network and REGION = {region} in dwh.cfg, then run the same command: it goes on from here."
CHECK_LOGIN = (
    "Look for spaces and line ends (a file with Windows line ends has them) in KEY and SESSION_TOKEN in dwh.cfg, and in "
    "AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN in the environment."
)

LOST = (local.ConnectionError, local.HTTPClientError, local.IncompleteReadError, ResponseParserError)
"""Exceptions after which nobody knows whether AWS heard the request."""

UNKNOWN = (
    local.DataNotFoundError, local.ParamValidationError, local.OperationNotPageableError, AttributeError, KeyError, ImportError,
)  # fmt: skip
"""Exceptions of a botocore that is too old to know a service, an operation or a parameter."""


class Explanation(NamedTuple):
    """What a code means, and what to type or edit."""

    means: str
    remedy: str


ERROR_CODES = {
    code: Explanation(means, remedy)
    for codes, means, remedy in (
        (
            "ExpiredToken ExpiredTokenException TokenRefreshRequired",
            "The login has expired (it is from {source}).",
            "Log in again (`aws sso login`, or new keys), then run the same command: it goes on from here.",
        ),
        (
            "RequestExpired RequestInTheFuture",
            "The login has expired, or this computer's clock is wrong by more than five minutes.",
            "Log in again and check the clock, then run the same command: it goes on from here.",
        ),
        (
            "InvalidClientTokenId UnrecognizedClientException AuthFailure InvalidAccessKeyId",
            "AWS does not know this access key, from {source}, or the region {region} is not enabled for the account.",
            "Check {source}, and REGION in dwh.cfg.",
        ),
        (
            "SignatureDoesNotMatch IncompleteSignature MissingAuthenticationToken InvalidSignatureException",
            "The secret key, from {source}, does not belong to the access key, or this computer's clock is wrong.",
            "Check {source} (no blanks, nothing cut off) and the clock.",
        ),
        (
            "OptInRequired SubscriptionRequiredException PendingVerification",
            "The account is not ready for this service in {region}.",
            "Enable the region or finish the account's verification in the AWS console, or edit REGION in dwh.cfg.",
        ),
        (
            "InsufficientClusterCapacity",
            "AWS has no free nodes of this type in {region} at the moment.",
            "Edit DWH_NODE_TYPE (rg.large, ra3.large and ra3.xlplus are the small ones) or REGION in dwh.cfg, "
            "or run the same command later.",
        ),
        (
            "NumberOfNodesQuotaExceeded NumberOfNodesPerClusterLimitExceeded",
            "The account may not have that many nodes of this type.",
            "Edit DWH_NUM_NODES or DWH_NODE_TYPE in dwh.cfg, or ask for more under Service Quotas, Amazon Redshift.",
        ),
        (
            "ClusterQuotaExceeded",
            "The account has as many clusters in {region} as it may have.",
            "Delete one, edit REGION in dwh.cfg, or ask for more under Service Quotas, Amazon Redshift.",
        ),
        (
            "ClusterSnapshotQuotaExceeded",
            "The account has as many manual snapshots in {region} as it may have (700 by default).",
            "Delete old ones (`aws redshift describe-cluster-snapshots --snapshot-type manual`), then run this again.",
        ),
        (
            "ClusterSubnetGroupNotFound InvalidClusterSubnetGroupState InvalidVPCNetworkState InvalidSubnet",
            "The subnet group cannot hold the cluster.",
            "Edit DWH_SUBNET_GROUP in dwh.cfg (`aws redshift describe-cluster-subnet-groups --region {region}`).",
        ),
        (
            "VPCIdNotSpecified",
            "The account has no default VPC in {region}.",
            "Run `aws ec2 create-default-vpc --region {region}`, or name a subnet group in DWH_SUBNET_GROUP.",
        ),
        (
            "ClusterSnapshotNotFound",
            "There is no snapshot of that name.",
            "See which there are: `aws redshift describe-cluster-snapshots --region {region}`.",
        ),
        (
            "InvalidRestore",
            "This snapshot cannot be restored to this size.",
            "Edit DWH_NODE_TYPE and DWH_NUM_NODES in dwh.cfg to a size that `aws redshift "
            "describe-node-configuration-options --action-type restore-cluster --snapshot-identifier SNAPSHOT "
            "--region {region}` shows.",
        ),
        (
            "AccessToSnapshotDenied",
            "The snapshot is another account's, and is not shared with this one.",
            "Have its owner share it (`aws redshift authorize-snapshot-access`), or name another snapshot.",
        ),
        (
            "RulesPerSecurityGroupLimitExceeded SecurityGroupLimitExceeded",
            "A limit on security groups or their rules is reached.",
            "Delete groups or rules that nobody needs, or ask for more under Service Quotas, Amazon VPC.",
        ),
        (
            "LimitExceeded",
            "A limit of the account is reached.",
            "Delete what nobody needs, or ask for more under Service Quotas.",
        ),
        (
            "ServiceQuotaExceededException",
            "The account has as many of these in {region} as it may have.",
            "Delete what nobody needs, or ask for more under Service Quotas, Amazon EventBridge Scheduler.",
        ),
        (
            "UnsupportedOption UnsupportedOperation",
            "AWS cannot do this with this cluster.",
            "Edit dwh.cfg to what AWS allows; `python create_cluster.py --plan` shows what is there.",
        ),
        (
            "InvalidElasticIp ElasticIpLimitExceeded AddressLimitExceeded",
            "A public cluster needs a free Elastic IP, and the account has none left in {region}.",
            "Release one, ask for more under Service Quotas, Amazon EC2, or set DWH_PUBLICLY_ACCESSIBLE = no.",
        ),
        (
            "InvalidTag TagLimitExceeded TagPolicyViolation",
            "AWS does not accept these tags.",
            "Edit [TAGS] in dwh.cfg.",
        ),
        (
            "InvalidParameterValue InvalidParameterCombination MissingParameter ValidationError ValidationException",
            "AWS does not accept a value.",
            "Edit the value in dwh.cfg that AWS names, then run the same command.",
        ),
        (
            "NoCredentialsError",
            "Looked for in: KEY and SECRET in dwh.cfg, the environment (AWS_ACCESS_KEY_ID), the profile (PROFILE in "
            "dwh.cfg, AWS_PROFILE, else default) with its single sign-on, and the role of this machine.",
            "Fill KEY and SECRET or PROFILE in dwh.cfg, or run `aws configure`; TARGET = simulator needs none.",
        ),
        (
            "PartialCredentialsError",
            "Only a part of the AWS credentials was found.",
            "Fill KEY and SECRET or PROFILE in dwh.cfg, or run `aws configure`; TARGET = simulator needs none.",
        ),
        (
            "ProfileNotFound",
            "~/.aws has no such profile.",
            "Edit PROFILE in dwh.cfg (`aws configure list-profiles` shows which there are).",
        ),
        (
            "UnauthorizedSSOTokenError SSOTokenLoadError TokenRetrievalError CredentialRetrievalError "
            "SSOError LoginRefreshRequired",
            "The login is missing or has expired.",
            "Run `aws sso login`, then the same command again.",
        ),
        (
            "NoRegionError InvalidRegionError UnknownRegionError",
            "The region is missing or unknown.",
            "Edit REGION in dwh.cfg, e.g. REGION = us-west-2.",
        ),
        (
            "SSLError",
            "The connection to AWS could not be trusted: the certificate did not check out.",
            "A proxy that opens TLS needs its certificate in AWS_CA_BUNDLE; check the clock as well.",
        ),
    )
    for code in codes.split()
}

_NODE_TYPE = Explanation(
    "The account may not use this node type, or has used up its quota of it.",
    "Edit DWH_NODE_TYPE in dwh.cfg (ra3.large and rg.large are the small ones), or ask for this one under Service Quotas, "
    "Amazon Redshift.",
)
_UNKNOWN = Explanation("", "Look the code up in AWS's documentation; running the same command again is safe.")
_AGAIN = Explanation("", "Run the same command again in a few minutes: it goes on from here.")


class _Policy(NamedTuple):
    """A kind of policy: where it is, whether more than one can apply to a login, and the remedy for what the account's
    own IAM policies cannot change."""

    where: str
    several: bool = False
    remedy: str = ""


_ORGANIZATION = "Ask whoever administers the organization (AWS Organizations) to permit {action}, or use another account."

_POLICIES = {
    "service control policy": _Policy("service control policy of the organization", True, _ORGANIZATION),
    "resource control policy": _Policy("resource control policy of the organization", True, _ORGANIZATION),
    "permissions boundary": _Policy("permissions boundary of the login"),
    "session policy": _Policy(
        "session policy of the login",
        remedy="Log in without the session policy, or with one that allows {action}: whoever gives out the login "
        "(AssumeRole, GetFederationToken) sets it.",
    ),
    "resource-based policy": _Policy("policy of the resource itself"),
    "vpc endpoint policy": _Policy("policy of the VPC endpoint"),
    "identity-based policy": _Policy("IAM policy of the login", True),
}
"""By AWS's words for it."""

_ALL_AT_ONCE = "`python create_cluster.py --print-policy` prints all that it needs at once."
_ACTION = re.compile(r"perform:? (?P<action>[a-z0-9-]+:[A-Za-z]+)")
_EXPLICIT = re.compile(r"explicit deny(?: in (?:an? |the )?(?P<kind>[a-z][a-z -]+))?", re.IGNORECASE)
_IMPLICIT = re.compile(r"because no (?P<kind>[a-z][a-z -]+?) allows", re.IGNORECASE)


IN_FILE = "KEY, SECRET and SESSION_TOKEN in dwh.cfg"

_SOURCES = {
    "env": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
    "shared-credentials-file": "profile {profile} in ~/.aws/credentials",
    "config-file": "profile {profile} in ~/.aws/config",
    "iam-role": "the role of this EC2 instance",
    "container-role": "the role of this container",
    "explicit": IN_FILE,
}
"""By botocore's Credentials.method: where a login is from. All others, single sign-on say, are set up in a profile."""


def login_source(session: Any) -> str:
    """Where the login of a boto3 session is from, for a person."""
    found = session.get_credentials()
    words = _SOURCES.get(found.method if found else "", _SOURCES["config-file"])
    return words.format(profile=session.profile_name)


def explain(
    service: str, operation: str, region: str, response: dict[str, Any], source: Callable[[], str] = lambda: IN_FILE
) -> Problem:
    """A refusal from AWS as something a person, or the caller's loop, can act on. source: tells where the login is from."""
    code = str(response["Error"].get("Code", "Unknown"))
    said = str(response["Error"].get("Message", "")).strip()
    meta = response.get("ResponseMetadata", {})
    why = f"{code}: {said}" if said else code
    if meta.get("RequestId"):
        why += f" (request {meta['RequestId']})"
    status = meta.get("HTTPStatusCode", 400)
    kind, (means, remedy) = _meaning(service, operation, region, code.removesuffix("Fault"), said, status)
    if "{source}" in means + remedy:
        means, remedy = (text.replace("{source}", source()) for text in (means, remedy))
    return kind(f"AWS refused {operation} ({service}).", f"{means} {why}".strip(), remedy, code, said)


def explain_local(service: str, operation: str, region: str, error: Exception) -> Problem:
    """A failure on this side of the wire: no credentials, no connection, half an answer."""
    what = f"{operation} ({service}) could not be asked of AWS."
    if type(error) is local.HTTPClientError:
        # What it says may hold the headers of the request, and so the login.
        inner = error.kwargs.get("error")
        if isinstance(inner, ValueError):
            return Problem(what, "The access key or the session token has a character that no HTTP header can carry.", CHECK_LOGIN)
        return TransientError(what, f"The HTTP library failed ({type(inner).__name__}).", CHECK_NETWORK.format(region=region))
    said = re.sub(r"//[^/@\s]*@", "//****@", str(error))  # a proxy's address, or AWS_ENDPOINT_URL, may hold a password
    if isinstance(error, LOST) and not isinstance(error, local.SSLError):
        return TransientError(what, said, CHECK_NETWORK.format(region=region))
    if isinstance(error, UNKNOWN) and (problem := unmet(error)):
        return problem
    means, remedy = _by_code(type(error).__name__, region)
    if isinstance(error, local.NoCredentialsError):
        return Problem("No AWS credentials were found.", means, remedy)
    return Problem(what, f"{means} {said}".strip(), remedy)


def explain_unexpected(service: str, operation: str, region: str, error: Exception) -> Problem:
    """An exception that botocore lets through: the login cannot be fetched, or the answer is not one of AWS's."""
    what, name = f"{operation} ({service}) could not be asked of AWS.", type(error).__name__
    if isinstance(error, (OSError, EOFError, json.JSONDecodeError)):
        remedy = "Look at the profile of this login in ~/.aws/config (credential_process, files that it names, mfa_serial)."
        return Problem(what, f"The login could not be fetched ({name}).", remedy)
    if isinstance(error, UNKNOWN) and (problem := unmet(error)):
        return problem
    why = f"What answered does not answer as AWS does ({name}): a proxy, a portal that wants a login, or half an answer."
    return TransientError(what, why, CHECK_NETWORK.format(region=region))


def _meaning(
    service: str, operation: str, region: str, code: str, said: str, status: int
) -> tuple[type[Problem], Explanation]:
    if code in THROTTLING or status in (429, 500, 502, 503, 504):
        return TransientError, _AGAIN
    if code == "LimitExceeded" and operation in ("PutRolePolicy", "TagRole"):
        return Problem, Explanation(
            "A role takes 50 tags, and 10,240 characters of inline policies, one for each cluster that uses it.",
            "Give this cluster a role of its own (edit DWH_IAM_ROLE_NAME in dwh.cfg), or name fewer places in [S3].",
        )
    if code in DENIED:
        return Denied, _denied(service, operation, code, said)
    if "not have access to node type" in said:
        return Problem, _NODE_TYPE
    if code == "InvalidParameterValue" and "IAM role" in said:
        return Problem, Explanation("", "Check the trust policy of the role in DWH_IAM_ROLE_NAME, or name another.")
    if code == "MalformedPolicyDocument" and "nvalid principal" in said:
        return Conflict, Explanation("", "Run the same command again in a minute.")
    if "VPC" in said and "lock public access" in said.lower():
        return Problem, Explanation("", "Set DWH_PUBLICLY_ACCESSIBLE = no in dwh.cfg, or lift VPC Block Public Access.")
    if operation == "AttachRolePolicy" and "olicy arn:" in said:
        return Problem, Explanation("", "Edit POLICY_ARN in dwh.cfg to a policy that exists, or remove it.")
    return (Conflict, _AGAIN) if code in CONFLICTS else (Problem, _by_code(code, region))


def _by_code(code: str, region: str) -> Explanation:
    return Explanation(*(words.replace("{region}", region) for words in ERROR_CODES.get(code, _UNKNOWN)))


def _denied(service: str, operation: str, code: str, said: str) -> Explanation:
    """By the policy that denies it, and the action that is missing: the one that AWS's text names, else the call's own."""
    named, explicit, implicit = (each.search(said) for each in (_ACTION, _EXPLICIT, _IMPLICIT))
    if service == "redshift" and code == "UnauthorizedOperation" and not (named or explicit or implicit):
        return _denied_by_redshift(operation)
    action, reason = named["action"] if named else f"{service}:{operation}", explicit or implicit
    text = (reason["kind"] or "").lower() if reason else ""
    kind = next((each for each in _POLICIES if text.startswith(each)), None)
    if explicit and kind is None:
        return Explanation(
            f"A policy forbids {action}: an IAM policy, the permissions boundary or the session policy of the login, or a "
            "service control policy of the organization.",
            f"Ask whoever administers the account which policy has a Deny statement for {action}, and have it removed.",
        )
    if kind is None or (implicit and not explicit and kind == "identity-based policy"):
        added = f"Have this added to its IAM policy: {_allow(action)}. {_ALL_AT_ONCE}"
        return Explanation(f"The login may not do {action}.", added)
    where, several, remedy = _POLICIES[kind]
    if explicit:  # no Allow overrides it (IAM User Guide, Policy evaluation logic)
        subject = f"{'An' if where[0] == 'I' else 'A' if several else 'The'} {where}"
        means = f"{subject} forbids {action}."
        remedy = remedy or "Have the Deny statement for {action} removed from the {where}; no other policy overrides it."
    else:
        means = f"No {where} allows {action}." if several else f"The {where} does not allow {action}."
        remedy = remedy or "Have this added to the {where}: {statement}"
    return Explanation(means, remedy.format(action=action, where=where, statement=_allow(action)))


def _denied_by_redshift(operation: str) -> Explanation:
    """Redshift's UnauthorizedOperation that names no action.

    Redshift makes EC2's Describe calls in the caller's name (Management Guide, Identity-based policies,
    example 6); a restore lacked Redshift resources or KMS rights (GitHub, aws/redshift-test-drive#120).
    """
    statement = _allow(f"redshift:{operation}", "ec2:Describe*", "kms:DescribeKey", "kms:CreateGrant")
    return Explanation(
        "The login may lack rights on Redshift itself, on EC2's Describe actions, which Redshift makes in the caller's "
        "name, or on the KMS key.",
        f"Have this added to its IAM policy: {statement}. Where an own KMS key encrypts the cluster or the snapshot, "
        f"have the login allowed in its key policy as well. {_ALL_AT_ONCE}",
    )


def _allow(*actions: str) -> str:
    action = list(actions) if len(actions) > 1 else actions[0]
    return json.dumps({"Effect": "Allow", "Action": action, "Resource": "*"})
