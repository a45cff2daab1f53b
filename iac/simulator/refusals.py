"""AWS's refusals: the codes and words of its errors."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from moto.core.exceptions import ServiceException

from iac.simulator.call import Answer, Call


class Refusal(ServiceException):
    """Refusal(code, message); moto takes the HTTP status from the service's model."""


def invalid(message: str) -> Refusal:
    """A value that AWS does not take."""
    return Refusal("InvalidParameterValue", message)


def conflicting(message: str) -> Refusal:
    """Values that exclude each other."""
    return Refusal("InvalidParameterCombination", message)


def wrong_state(message: str) -> Refusal:
    """The cluster's status does not allow it."""
    return Refusal("InvalidClusterState", message)


def unknown_operation(call: Call) -> Answer:
    """The answer to an operation that is not simulated, in AWS's form."""
    code = "InvalidAction"
    message = f"The simulated account does not know {call.operation or 'this request'} of {call.service}."
    if call.is_json and call.service != "s3":
        body = json.dumps({"__type": code, "message": message})
        return 400, {"Content-Type": "application/x-amz-json-1.1"}, body
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if call.service == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors></Response>"
    elif call.service == "s3":
        body = f"<Error>{error}</Error>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"
    return 400, {"Content-Type": "text/xml"}, body
