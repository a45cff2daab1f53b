"""Rules for names and values: patterns, limits and reserved words; and when an idle connection ends.

Each pattern matches the whole text with `re.match`, which compiles it on first use: no run uses all of them, and that takes
longer than reading a file. Without another source: API reference, CreateCluster.
"""

from __future__ import annotations

IDENTIFIER = r"(?=.{1,63}\Z)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*\Z"
DATABASE = r"[a-z_][a-z0-9_$]{0,63}\Z"
"""The underscore and $ go beyond the reference's text; Terraform's provider takes them."""
USER = r"[a-z][a-z0-9_+.@-]{0,127}\Z"
UNUSABLE_USERS = frozenset({"public", "rdsdb"})
PASSWORD = r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[!#-&(-.0-?A-\[\]-~]{8,64}\Z"
"""8 to 64 ASCII characters with an upper-case and a lower-case letter and a digit, without ' " \\ / @ and space."""
SNAPSHOT = r"(?i)(?=.{1,255}\Z)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*\Z"
"""API reference, CreateClusterSnapshot, SnapshotIdentifier."""
SNAPSHOT_ARN = (
    r"(?i)arn:aws[a-z-]*:redshift:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):"
    r"snapshot:(?P<cluster>[a-z0-9-]+)/(?P<name>[^/\s]+)\Z"
)
"""Service Authorization Reference, Resource types defined by Amazon Redshift."""
SUBNET_GROUP = r"[A-Za-z0-9-]{1,255}\Z"
"""API reference, CreateClusterSubnetGroup, ClusterSubnetGroupName."""
ROLE_NAME = r"[A-Za-z0-9_+=,.@-]{1,64}\Z"
"""IAM API reference, CreateRole, RoleName."""
ROLE_ARN = (
    r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):role/(?:[A-Za-z0-9_+=,.@-]+/)*(?P<name>[A-Za-z0-9_+=,.@-]{1,64})\Z"
)
POLICY_ARN = r"arn:aws[a-z-]*:iam::(?:aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+\Z"
"""IAM User Guide, IAM identifiers."""
SECURITY_GROUP = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}\Z"
"""Name or description (EC2 API reference, CreateSecurityGroup): no apostrophe, no quotes, nothing beyond ASCII."""
REGION_NAME = r"(?:[a-z]{2}|eusc)(?:-[a-z]+)+-[0-9]"
"""The shape of a Region's name (botocore, endpoints.json); that of the European Sovereign Cloud begins with four letters."""
REGION = rf"{REGION_NAME}\Z"
BUCKET_PLACE = (
    r"s3://(?!(?:[0-9]+\.){3}[0-9]+(?:/|\Z)|[^/]*\.\.|xn--|sthree-|amzn-s3-demo-)"
    r"(?=[^/]*[A-Za-z0-9](?:/|\Z))[A-Za-z0-9][A-Za-z0-9._-]{2,254}(?:/.*)?\Z"
)
"""S3 User Guide, Bucket naming rules; older buckets may have 255 characters, capitals and underscores."""

AUTOMATED_SNAPSHOT_DAYS = (1, 35)
"""AutomatedSnapshotRetentionPeriod: RG and RA3 cannot do without automated snapshots."""
SNAPSHOT_DAYS = (1, 3653)
"""ManualSnapshotRetentionPeriod and FinalClusterSnapshotRetentionPeriod; -1 is for ever."""

MOST_TAGS = 50
"""Of a resource, as are the two lengths below (Management Guide, Tagging requirements)."""
TAG_KEY_LENGTH = 128
TAG_VALUE_LENGTH = 256
EC2_TAG_KEY_LENGTH = 127
"""EC2 API reference, Tag."""
TAG_PUNCTUATION = frozenset(" _.:/=+-@")
AWS_TAG_PREFIX = "aws:"

MOST_ROLES = 50
"""IAM roles of a cluster (Management Guide, Quotas and limits)."""

RESERVED_WORDS = frozenset(
    """
    AES128 AES256 ALL ALLOWOVERWRITE ANALYSE ANALYZE AND ANY ARRAY AS ASC AUTHORIZATION AZ64 BACKUP BETWEEN
    BINARY BLANKSASNULL BOTH BYTEDICT BZIP2 CASE CAST CHECK COLLATE COLUMN CONSTRAINT CREATE CREDENTIALS CROSS
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURRENT_USER_ID DEFAULT DEFERRABLE DEFLATE DEFRAG
    DELTA DELTA32K DESC DISABLE DISTINCT DO ELSE EMPTYASNULL ENABLE ENCODE ENCRYPT ENCRYPTION END EXCEPT EXPLICIT
    FALSE FOR FOREIGN FREEZE FROM FULL GLOBALDICT256 GLOBALDICT64K GRANT GROUP GZIP HAVING IDENTITY IGNORE ILIKE
    IN INITIALLY INNER INTERSECT INTERVAL INTO IS ISNULL JOIN LEADING LEFT LIKE LIMIT LOCALTIME LOCALTIMESTAMP
    LUN LUNS LZO LZOP MINUS MOSTLY16 MOSTLY32 MOSTLY8 NATURAL NEW NOT NOTNULL NULL NULLS OFF OFFLINE OFFSET OID
    OLD ON ONLY OPEN OR ORDER OUTER OVERLAPS PARALLEL PARTITION PERCENT PERMISSIONS PIVOT PLACING PRIMARY RAW
    READRATIO RECOVER REFERENCES REJECTLOG RESORT RESPECT RESTORE RIGHT SELECT SESSION_USER SIMILAR SNAPSHOT SOME
    SYSDATE SYSTEM TABLE TAG TDES TEXT255 TEXT32K THEN TIMESTAMP TO TOP TRAILING TRUE TRUNCATECOLUMNS UNION
    UNIQUE UNNEST UNPIVOT USER USING VERBOSE WALLET WHEN WHERE WITH WITHOUT
    """.split()
)
"""Database Developer Guide, Reserved words."""

KEEPALIVES_IDLE = 60
"""Seconds, as libpq's keepalives_idle (PostgreSQL documentation, Database Connection Control Functions): a COPY is silent for
as long as it runs, and a NAT gateway drops what is idle for 350 s (VPC User Guide, NAT gateway basics; Database Developer
Guide, Query hangs). libpq's own `keepalives` is on by default."""

CONNECT_TIMEOUT = 10
"""Seconds; libpq's connect_timeout waits for ever by default."""
