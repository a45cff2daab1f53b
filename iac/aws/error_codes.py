"""What AWS's error codes mean for a person, and what to type or edit: a table.

Sources: Redshift API reference, Common errors and the errors of each action;
EC2 API, Error codes; IAM API reference; botocore's exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass

DENIED = frozenset(
    "AccessDenied AccessDeniedException UnauthorizedOperation NotAuthorized DependentServiceAccessDenied".split()
)
"""The login may not do it."""


@dataclass(frozen=True)
class Explanation:
    """What a code means, and what to type or edit."""

    means: str
    remedy: str


def _rows(*rows: tuple[str, str, str]) -> dict[str, Explanation]:
    return {code: Explanation(means, remedy) for codes, means, remedy in rows for code in codes.split()}


ERROR_CODES = _rows(
    (
        "ExpiredToken ExpiredTokenException TokenRefreshRequired",
        "The login has expired.",
        "Log in again (`aws sso login`, or new keys), then run the same command: it goes on from here.",
    ),
    (
        "RequestExpired RequestInTheFuture",
        "The login has expired, or this computer's clock is wrong by more than five minutes.",
        "Log in again and check the clock, then run the same command: it goes on from here.",
    ),
    (
        "InvalidClientTokenId UnrecognizedClientException AuthFailure InvalidAccessKeyId",
        "AWS does not know this access key, or the region {region} is not enabled for the account.",
        "Check KEY, SECRET and SESSION_TOKEN in dwh.cfg (or `aws sts get-caller-identity`), and REGION.",
    ),
    (
        "SignatureDoesNotMatch IncompleteSignature MissingAuthenticationToken InvalidSignatureException",
        "The secret key does not belong to the access key, or this computer's clock is wrong.",
        "Check SECRET in dwh.cfg (no blanks, nothing cut off) and the clock.",
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
        "Edit DWH_NODE_TYPE and DWH_NUM_NODES in dwh.cfg to a size that `aws redshift describe-node-configuration-options "
        "--action-type restore-cluster --snapshot-identifier SNAPSHOT --region {region}` shows.",
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
        "NoCredentialsError PartialCredentialsError",
        "No AWS credentials were found.",
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
