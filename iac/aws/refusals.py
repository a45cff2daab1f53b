"""What an error of AWS means: a person must act, it is transient, or what was observed is out of date."""

from __future__ import annotations

from typing import Any

import botocore.exceptions as local
from botocore.parsers import ResponseParserError

from iac.aws.denials import denied, denied_by_redshift, names_reason
from iac.aws.error_codes import DENIED, ERROR_CODES
from iac.errors import Conflict, Problem, TransientError

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

LOST = (local.ConnectionError, local.HTTPClientError, local.IncompleteReadError, ResponseParserError)
"""Exceptions after which nobody knows whether AWS heard the request."""


def explain(service: str, operation: str, region: str, response: dict[str, Any]) -> Problem:
    """A refusal from AWS as something a person, or the caller's loop, can act on."""
    problem = _explained(service, operation, region, response)
    problem.code = str(response["Error"].get("Code", "Unknown"))
    problem.said = str(response["Error"].get("Message", "")).strip()
    return problem


def _explained(service: str, operation: str, region: str, response: dict[str, Any]) -> Problem:
    code = str(response["Error"].get("Code", "Unknown"))
    said = str(response["Error"].get("Message", "")).strip()
    meta = response.get("ResponseMetadata", {})
    what = f"AWS refused {operation} ({service})."
    why = f"{code}: {said}" if said else code
    if meta.get("RequestId"):
        why += f" (request {meta['RequestId']})"
    plain = code.removesuffix("Fault")
    if plain in THROTTLING or meta.get("HTTPStatusCode", 400) in (429, 500, 502, 503, 504):
        return TransientError(what, why, "Run the same command again in a few minutes: it goes on from here.")
    if plain == "LimitExceeded" and operation in ("PutRolePolicy", "TagRole"):
        why = f"A role takes 50 tags, and 10,240 characters of inline policies, one for each cluster that uses it. {why}"
        remedy = "Give this cluster a role of its own (edit DWH_IAM_ROLE_NAME in dwh.cfg), or name fewer places in [S3]."
        return Problem(what, why, remedy)
    if plain == "UnauthorizedOperation" and service == "redshift" and not names_reason(said):
        return denied_by_redshift(what, why, operation)
    if plain in DENIED:
        return denied(what, why, service, operation, said)
    if plain == "InvalidParameterValue" and "IAM role" in said:
        return Problem(what, why, "Check the trust policy of the role in DWH_IAM_ROLE_NAME, or name another.")
    if plain == "MalformedPolicyDocument" and "nvalid principal" in said:
        return Conflict(what, why, "Run the same command again in a minute.")
    if "VPC" in said and "lock public access" in said.lower():
        return Problem(what, why, "Set DWH_PUBLICLY_ACCESSIBLE = no in dwh.cfg, or lift VPC Block Public Access.")
    if operation == "AttachRolePolicy" and "olicy arn:" in said:
        return Problem(what, why, "Edit POLICY_ARN in dwh.cfg to a policy that exists, or remove it.")
    if plain in CONFLICTS:
        return Conflict(what, why, "Run the same command again in a few minutes: it goes on from here.")
    return _meaning(plain, what, why, region)


def explain_local(service: str, operation: str, region: str, error: Exception) -> Problem:
    """A failure on this side of the wire: no credentials, no connection, half an answer."""
    what = f"{operation} ({service}) could not be asked of AWS."
    if isinstance(error, LOST) and not isinstance(error, local.SSLError):
        remedy = f"Check the network and REGION = {region} in dwh.cfg, then run the same command: it goes on from here."
        return TransientError(what, str(error), remedy)
    return _meaning(type(error).__name__, what, str(error), region)


def _meaning(code: str, what: str, why: str, region: str) -> Problem:
    row = ERROR_CODES.get(code)
    if row is None:
        return Problem(what, why, "Look the code up in AWS's documentation; running the same command again is safe.")
    return Problem(what, f"{row.means.format(region=region)} {why}", row.remedy.format(region=region))
