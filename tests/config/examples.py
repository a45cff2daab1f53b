"""Whole files in the shapes people have, and what each is read as.

`read` names the interesting fields of the Config; `report` is the whole list of
faults; `connects` is what a classic script makes of [CLUSTER] after write().
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from iac.config.options import SETTINGS
from iac.config.times import PauseAfter


class Example(NamedTuple):
    text: str
    read: dict[str, Any] = {}
    notes: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    connects: str = ""


HOST = "dwhcluster.abc123.us-west-2.redshift.amazonaws.com"
ARN = "arn:aws:iam::123456789012:role/dwhRole"
MADE = "Made4you2connect"

CLASSIC = """\
[CLUSTER]
HOST=''
DB_NAME='dwh'
DB_USER=dwhuser
DB_PASSWORD=Passw0rd
DB_PORT=5439

[IAM_ROLE]
ARN=''

[S3]
LOG_DATA='s3://udacity-dend/log_data'
LOG_JSONPATH='s3://udacity-dend/log_json_path.json'
SONG_DATA='s3://udacity-dend/song_data'
"""

COURSE = """\
[AWS]
KEY=
SECRET=

[DWH]
DWH_CLUSTER_TYPE=multi-node
DWH_NUM_NODES=4
DWH_NODE_TYPE=ra3.large

DWH_IAM_ROLE_NAME=dwhRole
DWH_CLUSTER_IDENTIFIER=dwhCluster
DWH_DB=dwh
DWH_DB_USER=dwhuser
DWH_DB_PASSWORD=Passw0rd
DWH_PORT=5439
"""

EXAMPLES: dict[str, Example] = {
    "the classic file without sizes": Example(
        CLASSIC,
        {
            "target": "aws",
            "region": None,
            "identifier": "dwhcluster",
            "node_type": "ra3.large",
            "number_of_nodes": 1,
            "cluster_type": "single-node",
            "database": "dwh",
            "role_name": "dwhRole",
            "host": "",
            "role_arn": "",
            "ingress": None,
            "s3_access": "listed",
            "s3_places": (
                "s3://udacity-dend/log_data",
                "s3://udacity-dend/log_json_path.json",
                "s3://udacity-dend/song_data",
            ),
        },
        notes=(
            "Not said in dwh.cfg, so by default: node type ra3.large, identifier dwhcluster, 1 node, role dwhRole",
            "S3 access is listed: [S3] names places, so the role reads those alone",
        ),
        connects=f"host={HOST} dbname='dwh' user=dwhuser password=Passw0rd port=5439",
    ),
    "the course's file, AWS and DWH only": Example(
        COURSE,
        {"identifier": "dwhcluster", "number_of_nodes": 4, "cluster_type": "multi-node", "s3_access": "all"},
        notes=(
            "The identifier dwhCluster is dwhcluster at AWS, which keeps identifiers in lower case",
            "S3 access is all: [S3] names no s3:// place, so the role reads every bucket",
        ),
    ),
    "the course's file with the node type it was written for": Example(
        COURSE.replace("ra3.large", "dc2.large"),
        report=(
            "dwh.cfg:8 DWH_NODE_TYPE = dc2.large: is no longer sold by AWS; the cheapest with at least its 15 GiB is "
            "rg.large (16 GiB, $0.3801 per node and hour in us-east-1); write: DWH_NODE_TYPE = rg.large",
        ),
    ),
    "settings twice, in DWH and in CLUSTER": Example(
        COURSE + "\n[CLUSTER]\nHOST=\nDB_NAME=dev\nDB_USER=awsuser\nDB_PASSWORD=Other1word\nDB_PORT=5440\n",
        {"database": "dwh", "user": "dwhuser", "port": 5439},
        notes=(
            "DB_NAME in [CLUSTER] (line 19, dev) is overridden by DWH_DB in [DWH] (line 12, dwh), "
            "and is changed to the same value",
            "DB_PASSWORD in [CLUSTER] (line 21) is overridden by DWH_DB_PASSWORD in [DWH] (line 14), "
            "and is changed to the same value",
        ),
        connects=f"host={HOST} dbname=dwh user=dwhuser password=Passw0rd port=5439",
    ),
    "lower case, spaces, CRLF, no last line end": Example(
        "[cluster]\r\nhost = <your endpoint>\r\ndb_name = sparkify_dwh\r\ndb_user = awsuser\r\n"
        "db_password = xxx\r\ndb_port = 5439\r\n\r\n[iam_role]\r\narn = 'arn:aws:iam::XXXXXXXX:role/x'",
        {"host": "", "role_arn": "", "database": "sparkify_dwh", "password": None, "managed_password": False},
        notes=("awsuser is the admin name that everyone tries first; Security Hub (Redshift.8) advises another",),
    ),
    "a filled host that says the region": Example(
        "[CLUSTER]\nHOST=x.abc.us-east-1.redshift.amazonaws.com\nDB_NAME=dev\nDB_USER=dwhuser\n"
        "DB_PASSWORD=managed\nDB_PORT=5439\n[IAM_ROLE]\nARN=arn:aws:iam::123456789012:role/r\n[S3]\nREGION=eu-west-1\n",
        {
            "region": "us-east-1",
            "host": "x.abc.us-east-1.redshift.amazonaws.com",
            "role_arn": "arn:aws:iam::123456789012:role/r",
            "password": None,
            "managed_password": True,
        },
        connects=f"host={HOST} dbname=dev user=dwhuser password=managed port=5439",
    ),
    "placeholders of every kind": Example(
        "[AWS]\nKEY=<ACCESS KEY>\nSECRET=YOUR_SECRET_KEY\nTOKEN=***\nREGION=Enter the region\n"
        "[CLUSTER]\nHOST=redshift-cluster-1.XXXXXXX.us-west-2.redshift.amazonaws.com\nDB_NAME=''\nDB_USER=' '\n"
        "DB_PASSWORD=your password\nDB_PORT=\nDWH_ENDPOINT= #ENTER VALUE\n",
        {"region": None, "host": "", "database": "dwh", "user": "dwhuser", "password": None, "port": 5439},
        connects=f"host={HOST} dbname=dwh user=dwhuser password={MADE} port=5439",
    ),
    "a role's name in an ARN option": Example(
        "[CLUSTER]\nHOST=\nDB_NAME=dev\nDB_USER=u\nDB_PASSWORD=Passw0rd\nDB_PORT=5439\n[IAM_ROLE]\nARN=myRedshiftRole\n",
        {"role_name": "myRedshiftRole", "role_arn": ""},
        notes=("ARN in [IAM_ROLE] holds a role's name, myRedshiftRole, and is left as it is",),
        connects=f"host={HOST} dbname=dev user=u password=Passw0rd port=5439",
    ),
    "other names for everything": Example(
        "[USR]\nUSR_KEY=AKIAIOSFODNN7EXAMPLE\nUSR_SECRET=abcdefgh\n[IAC]\nCLUSTERTYPE=single-node\nNODETYPE='rg.large'\n"
        "NUMBEROFNODES=1\nCLUSTERIDENTIFIER=my-wh\nregion_name=eu-central-1\nPOLICY_ARN=arn:aws:iam::aws:policy/X\n"
        "CIDRIP=10.1.2.3/8, 203.0.113.9 2001:db8::1\n[IAM_ROLE]\nNAME=reader\n[CLUSTER]\nHOST=\nCLUSTER_DB_NAME=a\n"
        "CLUSTER_DB_USER=b\nCLUSTER_DB_PASSWORD=%Passw0rd%\nCLUSTER_DB_PORT=8191\n",
        {
            "node_type": "rg.large",
            "identifier": "my-wh",
            "region": "eu-central-1",
            "policy_arn": "arn:aws:iam::aws:policy/X",
            "ingress": ("10.0.0.0/8", "203.0.113.9/32", "2001:db8::1/128"),
            "role_name": "reader",
            "database": "a",
            "user": "b",
            "port": 8191,
        },
        connects=f"host={HOST} dbname=a user=b password=%Passw0rd% port=8191",
    ),
    "the new options": Example(
        "[AWS]\nTARGET=Simulator\nPROFILE=work\n[DWH]\nDWH_PUBLICLY_ACCESSIBLE=Off\nDWH_SUBNET_GROUP=My-Group\n"
        "DWH_S3_ACCESS=ALL\nDWH_SNAPSHOT_DAYS=7\nDWH_AUTO_PAUSE=4h\nDWH_MAX_HOURLY_USD=1.50\n"
        "DWH_INGRESS_CIDR=0.0.0.0/0\n[TAGS]\nProject=sparkify\nOwner = 'me'\nEmpty=\n",
        {
            "target": "simulator",
            "publicly_accessible": False,
            "subnet_group": "my-group",
            "s3_access": "all",
            "snapshot_days": 7,
            "auto_pause": PauseAfter("4h", 240),
            "max_hourly_usd": Decimal("1.50"),
            "ingress": ("0.0.0.0/0",),
            "tags": (("Project", "sparkify"), ("Owner", "me"), ("Empty", "")),
        },
        notes=("DWH_INGRESS_CIDR 0.0.0.0/0 lets every address on the internet connect; auto lets only your own",),
    ),
    "one node that calls itself many, and a misspelled option": Example(
        "[DWH]\nDWH_CLUSTER_TYPE=multi-node\nDWH_NUM_NODES=1\nDWH_NODETPYE=rg.large\nANYTHING=else\n",
        {"number_of_nodes": 1, "cluster_type": "single-node", "node_type": "ra3.large"},
        notes=(
            "1 node is a single-node cluster, whatever the cluster type says",
            "dwh.cfg:4 DWH_NODETPYE is not a known option; did you mean DWH_NODE_TYPE? Then write: DWH_NODE_TYPE = rg.large",
        ),
    ),
    "another system's section beside ours": Example(
        "[POSTGRES]\nHOST=localhost\nDB_USER=Postgres\nDB_PASSWORD=short\n"
        "[TWITTER]\nKEY=abc\n[CLUSTER]\nHOST=\nDB_NAME=d\nDB_USER=u\nDB_PASSWORD=\nDB_PORT=5439\n",
        {"user": "u", "host": ""},
        connects=f"host={HOST} dbname=d user=u password={MADE} port=5439",
    ),
    "everything wrong at once": Example(
        "KEY=1\n[AWS]\nTARGET=local\nKEY=AKIAIOSFODNN7EXAMPLE\nREGION=us-west-2a\n[DWH]\nDWH_CLUSTER_TYPE=single-node\n"
        "DWH_NUM_NODES=4\nDWH_CLUSTER_IDENTIFIER=dwh_Cluster\nDWH_DB=immigration-db\nDWH_DB_USER=User\n"
        "DWH_DB_PASSWORD=hunter2hunter2\nDWH_PORT=80\nDWH_IAM_ROLE_NAME=arn:aws:iam::1:role/mine\nnonsense\n"
        "DWH_PORT=5439\nDWH_INGRESS_CIDR=home\nDWH_PUBLICLY_ACCESSIBLE=maybe\nDWH_SUBNET_GROUP=default\n"
        "DWH_S3_ACCESS=listed\nDWH_SNAPSHOT_DAYS=4000\nDWH_MAX_HOURLY_USD=$2\n[TAGS]\nManagedBy=me\n[AWS]\n",
        report=(
            "dwh.cfg:1 stands before the first [section]; every option belongs below one",
            "dwh.cfg:3 TARGET = local: must be simulator or aws; write: TARGET = simulator",
            "dwh.cfg:4 KEY = ****: needs SECRET beside it; with both blank, the AWS CLI's credentials are used; write: KEY =",
            "dwh.cfg:5 REGION = us-west-2a: must be the name of an AWS Region, such as us-west-2; write: REGION = us-west-2",
            "dwh.cfg:8 DWH_NUM_NODES = 4: DWH_CLUSTER_TYPE (line 7) says single-node, which is 1 node "
            "(or say multi-node there); write: DWH_NUM_NODES = 1",
            "dwh.cfg:9 DWH_CLUSTER_IDENTIFIER = dwh_Cluster: must be 1 to 63 letters, digits or single hyphens, "
            "the first a letter and the last no hyphen; write: DWH_CLUSTER_IDENTIFIER = dwh-cluster",
            "dwh.cfg:10 DWH_DB = immigration-db: must be 1 to 64 lower-case letters, digits or underscores, "
            "the first no digit; write: DWH_DB = immigration_db",
            "dwh.cfg:11 DWH_DB_USER = User: must be 1 to 128 lower-case letters, digits or any of _ + . @ -, "
            "the first a letter; write: DWH_DB_USER = dwhuser",
            "dwh.cfg:12 DWH_DB_PASSWORD = ****: must be 8 to 64 characters with an upper-case letter, a lower-case "
            "letter and a digit, and none of ' \" \\ / @ or a space; left blank, a strong one is made; "
            "write: DWH_DB_PASSWORD =",
            "dwh.cfg:13 DWH_PORT = 80: must be 5431 to 5455 or 8191 to 8215 for ra3.large; write: DWH_PORT = 5439",
            "dwh.cfg:14 DWH_IAM_ROLE_NAME = arn:aws:iam::1:role/mine: must be 1 to 64 letters, digits or any of "
            "_ + = , . @ -; write: DWH_IAM_ROLE_NAME = mine",
            "dwh.cfg:15 has neither = nor a colon; write NAME = value, or put # in front of a comment",
            "dwh.cfg:16 the option DWH_PORT stands on line 13 already; delete one of the two",
            "dwh.cfg:17 DWH_INGRESS_CIDR = home: must be auto, or addresses and ranges such as 203.0.113.7/32, "
            "with commas between them; write: DWH_INGRESS_CIDR = auto",
            "dwh.cfg:18 DWH_PUBLICLY_ACCESSIBLE = maybe: must be yes or no; write: DWH_PUBLICLY_ACCESSIBLE = yes",
            "dwh.cfg:19 DWH_SUBNET_GROUP = default: AWS does not allow the name default; blank means the default VPC; "
            "write: DWH_SUBNET_GROUP =",
            "dwh.cfg:20 DWH_S3_ACCESS = listed: [S3] names no s3:// place that could be listed; write: DWH_S3_ACCESS = all",
            "dwh.cfg:21 DWH_SNAPSHOT_DAYS = 4000: must be 1 to 3653 days; write: DWH_SNAPSHOT_DAYS = 3653",
            "dwh.cfg:22 DWH_MAX_HOURLY_USD = $2: must be a number of US dollars an hour, more than 0, or blank for "
            "no limit; write: DWH_MAX_HOURLY_USD = 2",
            "dwh.cfg:24 ManagedBy = me: ManagedBy is the tag that marks what these scripts made",
            "dwh.cfg:25 [AWS] stands on line 2 already; join the two",
        ),
    ),
    "two values for one meaning": Example(
        "[AWS]\nREGION=us-west-2\n[DWH]\nDWH_REGION=us-east-1\nDWH_NUM_NODES=2 # two\n",
        report=(
            "dwh.cfg:4 DWH_REGION = us-east-1: line 2, REGION in [AWS], means the same and says us-west-2; "
            "write: DWH_REGION = us-west-2",
            "dwh.cfg:5 DWH_NUM_NODES = 2 # two: must be a whole number of nodes, 1 or more "
            "(a comment needs a line of its own); write: DWH_NUM_NODES = 2",
        ),
    ),
    "an indented line that was meant as an option": Example(
        "[CLUSTER]\nHOST=\n  DB_NAME=dwh\nDB_USER=${DB_USER}\n",
        report=(
            "dwh.cfg:2 HOST = ...: continues on line 3, because an indented line continues the value above; "
            "write each option without indent",
            "dwh.cfg:4 DB_USER = ${DB_USER}: is an environment variable, and those are not expanded in this file; write: DB_USER =",
        ),
    ),
}

NAMES = {row.name: row.meaning for row in SETTINGS.values()} | {
    "TARGET": "target", "KEY": "access_key", "AWS_ACCESS_KEY_ID": "access_key", "ACCESS_KEY": "access_key",
    "AWS_KEY": "access_key", "ACCESS_KEY_ID": "access_key", "ADMIN_KEY": "access_key", "USR_KEY": "access_key",
    "SECRET": "secret_key", "AWS_SECRET_ACCESS_KEY": "secret_key", "AWS_SECRET": "secret_key",
    "SECRET_ACCESS_KEY": "secret_key", "ADMIN_SECRET": "secret_key", "USR_SECRET": "secret_key",
    "SESSION_TOKEN": "session_token", "AWS_SESSION_TOKEN": "session_token", "TOKEN": "session_token", "PROFILE": "profile",
    "AWS_PROFILE": "profile", "REGION": "region", "DWH_REGION": "region", "AWS_REGION": "region", "REGION_NAME": "region",
    "DWH_NODE_TYPE": "node_type", "NODE_TYPE": "node_type", "DB_NODE_TYPE": "node_type", "NODETYPE": "node_type",
    "CLUSTER_NODE_TYPE": "node_type", "DWH_CLUSTER_IDENTIFIER": "identifier", "CLUSTER_IDENTIFIER": "identifier",
    "DB_CLUSTER_IDENTIFIER": "identifier", "CLUSTER_NAME": "identifier", "CLUSTER_ID": "identifier",
    "CLUSTERIDENTIFIER": "identifier", "DWH_CLUSTER_TYPE": "cluster_type", "CLUSTER_TYPE": "cluster_type",
    "DB_CLUSTER_TYPE": "cluster_type", "CLUSTERTYPE": "cluster_type", "DWH_NUM_NODES": "number_of_nodes",
    "NUM_NODES": "number_of_nodes", "DB_NUM_NODES": "number_of_nodes", "NUMBEROFNODES": "number_of_nodes",
    "NUMBER_OF_NODES": "number_of_nodes", "CLUSTER_NODE_COUNT": "number_of_nodes", "DWH_NUM_CLUSTERS": "number_of_nodes",
    "DB_NAME": "database", "DWH_DB": "database", "DBNAME": "database", "DWH_NAME": "database", "CLUSTER_DB_NAME": "database",
    "DB_USER": "user", "DWH_DB_USER": "user", "DWH_USER": "user", "CLUSTER_DB_USER": "user", "DB_PASSWORD": "password",
    "DWH_DB_PASSWORD": "password", "DWH_PASSWORD": "password", "CLUSTER_DB_PASSWORD": "password", "DB_PORT": "port",
    "DWH_PORT": "port", "DWH_DB_PORT": "port", "CLUSTER_DB_PORT": "port", "CLUSTER_PORT": "port", "HOST": "host",
    "DWH_ENDPOINT": "host", "DB_HOST": "host", "DB_ENDPOINT": "host", "DWH_IAM_ROLE_NAME": "role_name",
    "ROLE_NAME": "role_name", "IAM_ROLE_NAME": "role_name", "DB_IAM_ROLE_NAME": "role_name", "DWH_IAM_ROLENAME": "role_name",
    "NAME": "role_name", "ARN": "role_arn", "DWH_ROLE_ARN": "role_arn", "ROLE_ARN": "role_arn",
    "DWH_IAM_ROLE_ARN": "role_arn", "DB_ROLE_ARN": "role_arn", "AWS_ROLE_ARN": "role_arn", "POLICY_ARN": "policy_arn",
    "DWH_IAM_ROLE_POLICY": "policy_arn", "DWH_POLICY_ARN": "policy_arn", "DWH_INGRESS_CIDR": "ingress", "CIDRIP": "ingress",
}  # fmt: skip
"""What we and public files call the options, and what they mean."""
