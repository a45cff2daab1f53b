"""What becomes of an option by its name, its section and its value: it is read, named with its line, refused, or left alone.

Most names are from public files, and none of them is in a list of the product.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from iac.config import Config, read
from iac.config.faults import Misconfigured
from iac.config.times import PauseAfter, RunningHours
from iac.config.writeback import write

ARN = "arn:aws:iam::123456789012:role/reader"
HOST = "wh.abc123.us-east-1.redshift.amazonaws.com"

READ = {
    # the cluster
    "[DWH] DWH_CLUSTER_ID = wh": ("identifier", "wh"), "[CLUSTER] IDENTIFIER = wh": ("identifier", "wh"),
    "[CLUSTER] db_identifier = wh": ("identifier", "wh"), "[CLUSTER] dwh_cluster = wh": ("identifier", "wh"),
    "[CLUSTER] CLS_IDENTIFIER = wh": ("identifier", "wh"), "[CLUSTER] RS_IDENTIFIER = wh": ("identifier", "wh"),
    "[DWH_SPECS] CLUSTER_IDENTIFIER = wh": ("identifier", "wh"), "[X] redshift_cluster_identifier = wh": ("identifier", "wh"),
    "[X] REDSHIFT_CLUSTER_NAME = wh": ("identifier", "wh"), "[X] REDSHIFT_CLUSTER = wh": ("identifier", "wh"),
    "[WAREHOUSE] my_cluster_id = wh": ("identifier", "wh"), "[REDSHIFT] ID = wh": ("identifier", "wh"),
    "[DWH] CLUSTER_IDENTIFIER_NAME = wh": ("identifier", "wh"), "[X] dwh-cluster-identifier = wh": ("identifier", "wh"),
    "[HARDWARE] CLUSTER_NUM_NODES = 3": ("number_of_nodes", 3), "[CLUSTER] NODE_COUNT = 3": ("number_of_nodes", 3),
    "[CLUSTER] CLS_NUM_NODES = 3": ("number_of_nodes", 3), "[cluster] nodes = 3": ("number_of_nodes", 3),
    "[X] n_nodes = 3": ("number_of_nodes", 3), "[X] redshift_cluster_node_number = 3": ("number_of_nodes", 3),
    "[INFRASTRUCTURE] NUM_NODES = 3": ("number_of_nodes", 3), "[AWS_DWH] NUM_NODES = 3": ("number_of_nodes", 3),
    "[CLUSTER_CONFIG] NODE_TYPE = rg.large": ("node_type", "rg.large"), "[CLUSTER] NODE = rg.large": ("node_type", "rg.large"),
    "[CLUSTER] TYPE = rg.large": ("node_type", "rg.large"), "[X] redshift_node_type = rg.large": ("node_type", "rg.large"),
    "[DWH] INSTANCE_TYPE = rg.large": ("node_type", "rg.large"), "[CLUSTER] NODE = 3": ("number_of_nodes", 3),
    "[CLUSTER] TYPE = multi-node": ("number_of_nodes", 2), "[REDSHIFT] cluster_type = multi-node": ("number_of_nodes", 2),
    # the database
    "[DWH] DWH_DB_NAME = d": ("database", "d"), "[DWH] db = d": ("database", "d"), "[redshift] dbname = d": ("database", "d"),
    "[X] redshift_database_name = d": ("database", "d"), "[X] DATABASE_NAME = d": ("database", "d"), "[DWH] DATABASE = d": ("database", "d"),
    "[X] MASTER_USERNAME = me": ("user", "me"), "[REDSHIFT] DB_MASTER_USER = me": ("user", "me"), "[DWH_CONN] USER = me": ("user", "me"),
    "[X] redshift_user_name = me": ("user", "me"), "[CLUSTER] RS_USER = me": ("user", "me"), "[DWH] ADMIN_USER = me": ("user", "me"),
    "[X] DB_USERNAME = me": ("user", "me"), "[CLUSTER] LOGIN = me": ("user", "me"),
    "[X] MASTER_USER_PASSWORD = Passw0rd": ("password", "Passw0rd"), "[redshift] pass = Passw0rd": ("password", "Passw0rd"),
    "[REDSHIFT] DB_MASTER_PASSWORD = Passw0rd": ("password", "Passw0rd"), "[CLUSTER] RS_PASSWORD = Passw0rd": ("password", "Passw0rd"),
    "[DWH] DWH_PW = Passw0rd": ("password", "Passw0rd"), "[X] DBPASS = Passw0rd": ("password", "Passw0rd"),
    "[REDSHIFT] PORT = 5440": ("port", 5440), "[X] redshift_cluster_port = 5440": ("port", 5440),
    "[cluster] db_port = 5440": ("port", 5440), "[DWH] PORT_NUMBER = 5440": ("port", 5440),
    f"[X] DWH_HOST = {HOST}": ("host", HOST), f"[CLUSTER] endpoint = {HOST}": ("host", HOST),
    f"[X] REDSHIFT_ENDPOINT_ADDRESS = {HOST}": ("host", HOST), f"[CLUSTER] HOSTNAME = {HOST}": ("host", HOST),
    f"[REDSHIFT] SERVER = {HOST}": ("host", HOST),
    # the account, the role and the network
    "[X] DWH_REGION_NAME = us-east-1": ("region", "us-east-1"), "[REGION] REGION = us-east-1": ("region", "us-east-1"),
    "[GENERAL] region = us-east-1": ("region", "us-east-1"), "[cluster] region = us-east-1": ("region", "us-east-1"),
    "[AWS] AWS_DEFAULT_REGION = us-east-1": ("region", "us-east-1"),
    f"[AWS] IAM_ROLE = {ARN}": ("role_name", "reader"), f"[IAM_ROLE] REDSHIFT_ARN = {ARN}": ("role_name", "reader"),
    f"[REDSHIFT] role = {ARN}": ("role_name", "reader"), "[REDSHIFT] role = reader": ("role_name", "reader"),
    f"[DWH] dwh_role_arn = {ARN}": ("role_name", "reader"), "[SECURITY] ROLE_NAME = reader": ("role_name", "reader"),
    "[X] redshift_role_name = reader": ("role_name", "reader"), f"[CLUSTER] ARN = {ARN}": ("role_name", "reader"),
    "[INBOUND_RULE] CIDRIP = 10.0.0.0/8": ("ingress", ("10.0.0.0/8",)), "[SECURITY_GROUP] INGRESS_CIDR = 10.0.0.0/8": ("ingress", ("10.0.0.0/8",)),
    "[DWH] PUBLIC = no": ("publicly_accessible", False), "[X] PUBLICLY_ACCESSIBLE = no": ("publicly_accessible", False),
    "[X] redshift_subnet_group_name = mine": ("subnet_group", "mine"), "[ETL] TARGET = simulator": ("target", "simulator"),
    "[CLUSTER] AUTO_PAUSE = 4h": ("auto_pause", PauseAfter("4h", 240)), "[LIMITS] AUTO_PAUSE = 4h": ("auto_pause", PauseAfter("4h", 240)),
    "[GENERAL] BUDGET_USD = 5": ("budget_usd", Decimal(5)), "[X] DWH_TARGET = simulator": ("target", "simulator"),
    "[DWH] S3_ACCESS = all": ("s3_access", "all"), "[X] TOTAL_NODES = 3": ("number_of_nodes", 3), "[DWH] IDENT = wh": ("identifier", "wh"),
    "[COSTS] BUDGET_USD = 5": ("budget_usd", Decimal(5)),
    "[SCHEDULE] RUNNING_HOURS = daily 08:00-19:00": ("running_hours", RunningHours("daily 08:00-19:00", tuple(range(7)), 480, 1140, "UTC")),
}  # fmt: skip

NAMED = {
    "[CLUSTER] NAME = wh": "DWH_CLUSTER_IDENTIFIER = wh, or: DB_NAME = wh", "[DWH_CONN] NAME = d": "DWH_CLUSTER_IDENTIFIER = d, or: DB_NAME = d",
    "[X] CLUSTER_SIZE = 4": "DWH_NUM_NODES = 4", "[DWH] SIZE = 4": "DWH_NUM_NODES = 4", "[DWH] DWH_NUM = 4": "DWH_NUM_NODES = 4",
    "[X] DWH_MAX_NODES = 4": "DWH_NUM_NODES = 4", "[X] SPARKIFY_CLUSTER_IDENTIFIER = wh": "DWH_CLUSTER_IDENTIFIER = wh",
    "[X] PROJECT_CLUSTER_NAME = wh": "DWH_CLUSTER_IDENTIFIER = wh", "[X] UDACITY_NUM_NODES = 4": "DWH_NUM_NODES = 4",
    "[DWH] DWH_CLUSTER_IDENTIFER = wh": "DWH_CLUSTER_IDENTIFIER = wh", "[CLUSTER] DB_PASWORD = Passw0rd9": "DB_PASSWORD",
    "[DWH] DWH_NODETPYE = rg.large": "DWH_NODE_TYPE = rg.large", "[X] MACHINE = dc2.large": "DWH_NODE_TYPE = dc2.large",
    "[X] LOCATION = us-east-1": "REGION = us-east-1", f"[X] COPY_AS = {ARN}": f"ARN = {ARN}, below [IAM_ROLE]",
    f"[GENERAL] ARN = {ARN}": f"ARN = {ARN}, below [IAM_ROLE]", "[DWH] SNAPSHOT_RETENTION = 7": "DWH_SNAPSHOT_DAYS = 7",
    "[CLUSTER] USER_ID = me": "DB_USER = me", "[CREDENTIALS] USERNAME = me": "DB_USER = me", "[LOGIN] PASSWORD = Passw0rd9": "DB_PASSWORD",
    "[X] CLUSTER = wh": "DWH_CLUSTER_IDENTIFIER = wh", "[X] COMPUTE_NODES = 2": "DWH_NUM_NODES = 2", "[X] NODES = 2": "DWH_NUM_NODES = 2",
    "[AWS] ACCESS = AKIAIOSFODNN7EXAMPLE": "KEY, below [AWS]", "[IAM] POLICY = X": "POLICY_ARN = X", "[DWH] ADMIN = me": "DB_USER = me",
    "[DWH] CIDR_BLOCK = 10.0.0.0/8": "DWH_INGRESS_CIDR = 10.0.0.0/8", "[X] DWH_NODE_CLASS = dc2.large": "DWH_NODE_TYPE = dc2.large",
    "[X] REDSHIFT_CLUSTER_ID_PROD = wh": "DWH_CLUSTER_IDENTIFIER = wh", "[DWH] PASSWORT = Passw0rd9": "DB_PASSWORD",
    "[CLUSTER] NUM = 3": "DWH_NUM_NODES = 3", "[X] DWH_SNAPSHOT = 7": "DWH_SNAPSHOT_DAYS = 7", "[DWH] DB_ROLE = r": "DWH_IAM_ROLE_NAME = r, or: ARN = r, below [IAM_ROLE]",
}  # fmt: skip

REFUSED = {
    "[DWH] DWH_MAX_HOURLY = 2": "DWH_MAX_HOURLY_USD = 2", "[DWH] DWH_MAX_PRICE = $2": "DWH_MAX_HOURLY_USD = 2",
    "[DWH] DWH_MAX_COST = 2": "DWH_MAX_HOURLY_USD = 2", "[X] DWH_HOURLY_LIMIT = 2": "DWH_MAX_HOURLY_USD = 2",
    "[CLUSTER] MAX_USD_PER_HOUR = 2": "DWH_MAX_HOURLY_USD = 2", "[DWH] DWH_SPEND_LIMIT = 2": "DWH_MAX_HOURLY_USD = 2",
    "[DWH] DWH_AUTOPAUSE = 4h": "DWH_AUTO_PAUSE = 4h", "[DWH] DWH_PAUSE_AFTER = 4": "DWH_AUTO_PAUSE = 4h",
    "[DWH] AUTO_STOP = 4h": "DWH_AUTO_PAUSE = 4h", "[X] CLUSTER_IDLE_TIME = 4h": "DWH_AUTO_PAUSE = 4h",
    "[DWH] DWH_MAX_HOURS = 8": "DWH_AUTO_PAUSE = 8h", "[DWH] DWH_AUTO_PUASE = 4h": "DWH_AUTO_PAUSE = 4h",
    "[DWH] DWH_BUDGET = 5": "DWH_BUDGET_USD = 5", "[COSTS] BUDGET = 5": "DWH_BUDGET_USD = 5",
    "[DWH] DWH_MONTHLY_BUDGET = 5": "DWH_BUDGET_USD = 5", "[DWH] DWH_BUGDET = 5": "DWH_BUDGET_USD = 5",
    "[DWH] DWH_RUNING_HOURS = daily 08:00-19:00": "DWH_RUNNING_HOURS = daily 08:00-19:00",
    "[X] DWH_HOURS = daily 08:00-19:00": "DWH_RUNNING_HOURS = daily 08:00-19:00", "[DWH] DWH_STOP = 19:00": "DWH_AUTO_PAUSE = 19:00",
    "[AWS] BUDGET = 5": "DWH_BUDGET_USD = 5", "[X] AUTOPAUSE = 4h": "DWH_AUTO_PAUSE = 4h", "[X] MAX_HOURLY = 2": "DWH_MAX_HOURLY_USD = 2", "[X] DWH_COST_CAP = 2": "DWH_MAX_HOURLY_USD = 2",
    "[DWH] DWH_AUTO_OFF = 4h": "DWH_AUTO_PAUSE = 4h", "[DWH] DWH_DAILY_LIMIT_USD = 5": "DWH_BUDGET_USD = 5",
    "[DWH] DWH_RUN_HOURS = daily 08:00-19:00": "DWH_RUNNING_HOURS = daily 08:00-19:00", "[DWH] DWH_BUDJET = 5": "DWH_BUDGET_USD = 5",
    "[DWH] DWH_AUTOPAUSE = yes": "DWH_AUTO_PAUSE = 4h", "[DWH] DWH_OFFICE_HOURS = daily 08:00-19:00": "DWH_RUNNING_HOURS = daily 08:00-19:00",
    "[AWS] MODE = simulator": "TARGET = simulator", "[AWS] TARGT = simulator": "TARGET = simulator",
}  # fmt: skip

LEFT_ALONE = [
    "[S3] S3_REGION = us-east-1", "[S3] REGION = us-east-1", "[S3] BUCKET = wh", "[S3] KEY = a/b", "[DWH] BUCKET_REGION = us-east-1",
    "[DWH] LOG_DATA = x", "[DWH] STAGING_TABLE = y", "[CLUSTER] SCHEMA = z", "[CLUSTER] SONG_DB_NAME = d", "[AWS] API_KEY = 4",
    "[AWS] KEY_NAME = pair", "[EC2] KEY_NAME = pair", "[AWS] SUBNET_ID = subnet-1", "[CLUSTER] DB_TYPE = postgres", "[DB] TYPE = postgres",
    "[CLUSTER] DB_SCHEMA = public", "[TWITTER] ACCESS_TOKEN = x", "[TWITTER] USER_ID = 4", "[CLUSTER] PASSPORT = x",
    "[USERS] PASSPORT_NUMBER = 4", "[FLASK] SECRET_KEY = x", "[WEB] PORT = 80", "[SPOTIFY] USERNAME = me", "[ETL] OUTPUT_NAME = x",
    "[USER] ROLE = editor", "[MARKETING] BUDGET_USD = 5", "[DWH] PRICE_TABLE = prices", "[DWH] COST_CENTER = 4711", "[DWH] PRICE = prices", "[DWH] HOURS = 24", "[DWH] LIMIT = 500", "[ETL] DRIVER = simulator",
    "[DB] ID = 4", "[KMEANS] N_CLUSTERS = 5", "[ML] NUM_CLUSTERS = 5",
    "[KUBERNETES] CLUSTER_NAME = x", "[X] ECS_CLUSTER_NAME = x", "[FLASK] PORT = 80", "[DWH] DWH_SCHEDULE = 0 5 * * *", "[AWS] ACCOUNT_ID = 123456789012",
    "[EMR] NUM_NODES = 3", "[EC2] INSTANCE_TYPE = t2.micro", "[X] MASTER_INSTANCE = m5.xlarge", "[DWH] TYPE = scd2", "[DWH] DAYS = 30", "[DWH] GROUP = g", "[DWH] KEY_COLUMN = id",
    "[X] AIRPORT = x", "[CONFIG] TTL = 300", "[GENERAL] DAILY = 1", "[CONFIG] STOP = 1", "[X] CLUSTER_LABEL = x", "[CLUSTER] EXPORT = x", "[GITHUB] USER = me", "[SMTP] PASSWORD = x", "[DEFAULT] pg_password = x", "[KAFKA] HOST = x", "[DWH] NUM_ROWS = 5", "[ETL] TARGET = prod",
    "[POSTGRES] HOST = localhost", "[MYSQL] PASSWORD = x", "[RDS_MYSQL] DB_NAME = shop", "[EMR] CLUSTER_ID = j-1", "[X] EMR_CLUSTER_ID = j-1",
    "[SECURITY_GROUP] NAME = x", "[SECURITY_GROUP] DESCRIPTION = x", "[INBOUND_RULE] PORT_RANGE = 5439", "[IAM_ROLE] DESCRIPTION = x",
    "[X] number_of_redshift_subnets = 2", "[CLUSTER] RS_SECURITYGRP = sg-1", "[SNS] ARN = arn:aws:sns:us-east-1:1:t", "[GENERAL] ARN =",
    "[EC2] ARN =", "[USR] ARN =", "[DASK_CLUSTER] NAME = x", "[AIRFLOW] HOST = x", "[DWH] BATCH_SIZE = 500", "[CLUSTER] CLUSTER_ARN = arn:aws:redshift:us-east-1:1:cluster:wh",
    "[DWH] DWH_TIMEOUT = 30", "[X] TYPE = a", "[APP] NAME = x", "[LOGGING] LEVEL = info", "[AWS] VPC_ID = vpc-1", "[DWH] FILE_TYPE = csv",
]  # fmt: skip


def opened(folder: Path, option: str) -> Config:
    section, _, line = option.partition("] ")
    path = folder / "dwh.cfg"
    path.write_text(f"{section}]\n{line}\n", "utf-8")
    return read(path)


@pytest.mark.parametrize(("option", "wanted"), READ.items())
def test_an_option_that_means_a_setting_is_read(option: str, wanted: tuple[str, object], tmp_path: Path) -> None:
    field, value = wanted
    found = opened(tmp_path, option)
    held = getattr(found, field)
    assert (held.reveal() if field == "password" else held) == value
    assert [note for note in found.notes if note.startswith("dwh.cfg:2")] == []


@pytest.mark.parametrize(("option", "write"), NAMED.items())
def test_an_option_that_may_mean_a_setting_is_named_with_its_line_and_what_to_write(option: str, write: str, tmp_path: Path) -> None:
    name = option.partition("] ")[2].partition(" =")[0]
    (note,) = [note for note in opened(tmp_path, option).notes if note.startswith(f"dwh.cfg:2 {name} is not ")]
    assert note.endswith((f"? Then write: {write}", f"? Then call it: {write}"))
    assert "Passw0rd9" not in note


@pytest.mark.parametrize(("option", "fix"), REFUSED.items())
def test_a_limit_that_would_not_be_kept_is_a_fault_with_the_right_line(option: str, fix: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        opened(tmp_path, option)
    (fault,) = caught.value.faults
    assert (fault.line, fault.fix) == (2, fix) and fault.allowed.startswith("is no option, so ")


@pytest.mark.parametrize("option", LEFT_ALONE)
def test_an_option_of_another_program_is_neither_read_nor_mentioned(option: str, tmp_path: Path) -> None:
    found = opened(tmp_path, option)
    empty = opened(tmp_path, "[X] A = b")
    fields = [field for field in Config.__dataclass_fields__ if field not in ("notes", "assumed")]
    assert [field for field in fields if getattr(found, field) != getattr(empty, field)] == []
    assert [note for note in found.notes if "dwh.cfg:" in note] == []


def put(folder: Path, text: str) -> Path:
    path = folder / "dwh.cfg"
    path.write_text(text, "utf-8")
    return path


OTHERS = {
    "a database section of its own": "[DATABASE]\nHOST = \nNAME = app\nUSER = app\nPASSWORD = App1word\nPORT = 5432\n",
    "one without a port": "[DATABASE]\nHOST = \nDB_NAME = app\nDB_USER = app\nDB_PASSWORD = App1word\n",
    "one with a host": "[DB]\nDB_HOST = localhost\nDB_NAME = app\nDB_USER = app\nDB_PASSWORD = App1word\n",
    "one with another's port": "[DB]\nHOST = \nNAME = app\nUSER = app\nPASSWORD = App1word\nPORT = 3306\n",
    "one with blank values": "[SOURCE_DB]\nHOST = \nNAME = \nUSER = \nPASSWORD = \nPORT = \n",
    "a system by its name": "[POSTGRES]\nHOST = \nDB_NAME = app\nDB_USER = app\nDB_PASSWORD = App1word\nDB_PORT = 5432\n",
    "MySQL": "[MYSQL]\nDB_HOST = \nDB_USER = root\nDB_PASSWORD = \n",
    "a program's general section": "[CONFIG]\nHOST = 0.0.0.0\nPORT = 8000\n",
    "the account of another system": "[OLTP]\nDB_NAME = app\nDB_USER = app\nDB_PASSWORD = App1word\nDB_PORT = 5432\n",
    "the endpoint of another system": "[API]\nHOST = \n",
}
OURS = {
    "[REDSHIFT]": "[REDSHIFT]\nHOST = \nDB_NAME = wh\nDB_USER = me\nDB_PASSWORD = \nDB_PORT = 5439\n",
    "[REDSHIFT] without a host": "[REDSHIFT]\nDB_NAME = wh\nDB_USER = me\nDB_PASSWORD = Passw0rd\n",
    "[DWH]": "[DWH]\nDWH_DB = wh\nDWH_DB_USER = me\nDWH_DB_PASSWORD = \nDWH_PORT = 5439\n",
    "[CLUSTER]": "[CLUSTER]\nHOST = \nDB_NAME = wh\nDB_USER = me\nDB_PASSWORD = \nDB_PORT = 5439\n",
    "[DWH_CONN]": "[DWH_CONN]\nHOST = \nDBNAME = wh\nUSER = me\nPASSWORD = Passw0rd\n",
}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("ours", OURS.values(), ids=OURS)
@pytest.mark.parametrize("others", OTHERS.values(), ids=OTHERS)
def test_another_systems_connection_is_neither_read_nor_written(others: str, ours: str, first: bool, tmp_path: Path) -> None:
    path = put(tmp_path, f"{others}\n{ours}" if first else f"{ours}\n{others}")
    config = read(path)
    assert (config.database, config.user, config.port, config.host) == ("wh", "me", 5439, "")
    write(path, {"host": HOST, "database": "wh", "user": "me", "password": "Passw0rd", "port": "5439"})
    after = path.read_text("utf-8")
    assert others in after and after.count(HOST) == 1
    assert read(path).host == HOST
    write(path, {"host": ""})
    assert others in path.read_text("utf-8") and read(path).host == ""


def test_that_a_connection_in_db_is_taken_for_another_systems_is_said_with_the_line_that_shows_it(tmp_path: Path) -> None:
    found = read(put(tmp_path, "[DB]\nDB_NAME = app\nDB_PORT = 5432\n[DWH]\nDWH_DB = wh\nDWH_CLUSTER_ID = c\n"))
    assert found.notes == (
        "dwh.cfg:3 DB_PORT is not one of Redshift's, so the connection in [DB] is taken for another system's",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "[DATABASE]\nHOST =\nNAME = wh\nUSER = me\n",
        "[DATABASE]\nHOST =\nNAME = wh\n[REDSHIFT]\nDB_NAME = wh\nCLUSTER_ID = c\n",
        "[DATABASE]\nHOST =\nNAME = wh\nUSER = me\n[DWH]\nDWH_NUM_NODES = 2\nDWH_PORT = 5439\n",
        "[CONNECTION]\nHOST =\nDB_NAME = wh\n[DWH]\nDWH_DB = wh\n",
        "[DB]\nHOST =\nDB_NAME = dev\n[DWH]\nDWH_DB = wh\n",
        "[DB]\nHOST =\nDB_NAME = wh\n[DWH]\nDWH_NUM_NODES = 2\n",
        "[X]\nDWH_HOST =\n[DWH]\nDWH_DB = wh\n",
        "[X]\nDWH_HOST =\nDWH_DB = wh\n",
    ],
)
def test_the_warehouses_own_connection_is_filled_wherever_it_stands(text: str, tmp_path: Path) -> None:
    path = put(tmp_path, text)
    assert read(path).database == "wh"
    write(path, {"host": HOST})
    assert path.read_text("utf-8") == text.replace("HOST =\n", f"HOST = {HOST}\n")


def test_another_systems_host_is_known_beside_a_section_that_only_says_what_to_make(tmp_path: Path) -> None:
    for section in ("DATABASE", "CONFIG", "APP"):
        others = f"[{section}]\nHOST = localhost\nDB_NAME = app\nDB_PORT = 3306\n"
        path = put(tmp_path, f"{others}[DWH]\nDWH_CLUSTER_ID = c\nDWH_NUM_NODES = 2\n")
        assert (read(path).database, read(path).port, read(path).host) == ("dwh", 5439, "")
        write(path, {"host": HOST})
        assert path.read_text("utf-8").startswith(others)


def test_another_systems_host_in_a_section_of_its_own_is_no_warehouses_and_that_is_said(tmp_path: Path) -> None:
    others = "[FLASK]\nHOST = 0.0.0.0\nDB_NAME = app\n"
    path = put(tmp_path, f"{others}[AWS]\nREGION = us-east-1\n")
    assert (read(path).host, read(path).database) == ("", "dwh")
    assert read(path).notes == ("dwh.cfg:2 HOST is not one of Redshift's, so the connection in [FLASK] is taken for another system's",)
    write(path, {"host": HOST})
    assert path.read_text("utf-8").startswith(others)


def test_what_stands_bare_beside_a_host_of_ours_is_named(tmp_path: Path) -> None:
    notes = read(put(tmp_path, "[X]\nHOST =\nDATABASE = d\nUSER = me\nPASSWORD = Passw0rd9\nPORT = 5440\n[DWH]\nCLUSTER_ID = c\n")).notes
    assert [note.partition("Then ")[2] for note in notes] == ["write: DB_NAME = d", "write: DB_USER = me", "call it: DB_PASSWORD", "write: DB_PORT = 5440"]


def test_a_bare_word_gives_way_to_the_whole_name_and_is_left_as_it_is(tmp_path: Path) -> None:
    for text in ("[DB]\nDB_PORT = 5440\nPORT = 8191\n", "[DB]\nPORT = 8191\n[CLUSTER]\nDB_PORT = 5440\n", "[DB]\nPORT =\nDB_PORT = 5440\n"):
        path = put(tmp_path, text)
        assert read(path).port == 5440
        write(path, {"port": "5440"})
        assert path.read_text("utf-8") == text
    assert read(put(tmp_path, "[DB]\nDB_PORT =\nPORT = 8191\n")).port == 8191
    assert read(put(tmp_path, "[CLUSTER]\nCLUSTER_ID = c\nDB_PORT = 5440\nPORT = 8191\n")).notes == (
        "dwh.cfg:4 PORT is not read, because DB_PORT (line 3) says it by its whole name",
    )


@pytest.mark.parametrize("section", ["GENERAL", "EC2", "USR", "CONFIG", "ADMIN"])
def test_a_blank_arn_that_may_be_any_services_is_not_filled(section: str, tmp_path: Path) -> None:
    path = put(tmp_path, f"[{section}]\nARN =\n[IAM_ROLE]\nARN =\n")
    write(path, {"role_arn": ARN})
    assert path.read_text("utf-8") == f"[{section}]\nARN =\n[IAM_ROLE]\nARN = {ARN}\n"


def test_another_services_region_gives_way_to_the_one_of_the_account(tmp_path: Path) -> None:
    found = read(put(tmp_path, "[MAPS]\nREGION = eu-west-1\n[AWS]\nREGION = us-east-1\n[DWH]\nCLUSTER_ID = c\n"))
    assert (found.region, found.notes) == ("us-east-1", ())


def test_what_the_file_says_elsewhere_is_not_looked_for_in_other_options(tmp_path: Path) -> None:
    text = f"[DWH]\nDWH_CLUSTER_ID = wh\nDWH_NUM_NODES = 2\nSIZE = 4\nCLUSTER_X_ID = a\nUDACITY_CLUSTER_NAME = b\nROLE_NAME = r\n[ETL]\nAS = {ARN}\n"
    assert read(put(tmp_path, text)).notes == ()
    (note,) = read(put(tmp_path, "[CLUSTER]\nNAME = wh\nDB_NAME = d\n")).notes
    assert note == "dwh.cfg:2 NAME is not read; did you mean DWH_CLUSTER_IDENTIFIER? Then write: DWH_CLUSTER_IDENTIFIER = wh"


def test_a_default_identifier_is_kept_apart_for_whoever_pauses_or_deletes_by_it(tmp_path: Path) -> None:
    found = read(put(tmp_path, "[CLUSTER]\nHOST =\n"))
    assert found.notes == () and found.default_identifier == (
        "dwh.cfg does not name the cluster, so it is dwhcluster, the default; if another is meant, write: DWH_CLUSTER_IDENTIFIER = NAME",
    )
    assert read(put(tmp_path, "[CLUSTER]\nCLUSTER_ID = dwhcluster\n")).default_identifier == ()


def test_a_host_of_a_cluster_that_the_file_does_not_name_is_said(tmp_path: Path) -> None:
    (note,) = read(put(tmp_path, f"[CLUSTER]\nHOST = {HOST}\n")).notes
    assert note == (
        "The host in dwh.cfg is that of the cluster wh, but no option names the cluster, so it is dwhcluster; "
        "if wh is meant, write: DWH_CLUSTER_IDENTIFIER = wh"
    )
    for host in (HOST.replace("wh.", "dwhcluster."), HOST.replace("redshift", "redshift-serverless"), "localhost"):
        assert read(put(tmp_path, f"[CLUSTER]\nHOST = {host}\n")).notes == ()


def test_a_name_of_any_length_is_read(tmp_path: Path) -> None:
    assert read(put(tmp_path, f"[X]\n{'NODE' * 2000} = 1\n{'NONUMDB' * 1000}Q = 1\n")).notes == ()


SHAPES = {
    "a section for the Region, [DB] and [IAM]": (
        "[REGION]\nREGION=us-east-1\n[DWH]\nDWH_NUM_NODES=2\nDWH_CLUSTER_IDENTIFIER=wh\n[DB]\nDB_NAME=d\nDB_USER=me\nDB_PASSWORD=\n"
        "DB_PORT=5440\n[IAM]\nDWH_IAM_ROLE_NAME=r\n"
    ),
    "two systems of others beside [DWH]": (
        "[AWS]\nREGION=us-east-1\n[RDS_MYSQL]\nDB_NAME=shop\nDB_PORT=3306\n[OLTP]\nDB_NAME=shop\nDB_USER=a\nDB_PORT=5432\n[DWH]\n"
        "DWH_CLUSTER_IDENTIFIER=wh\nN_NODES=2\nDWH_DB=d\nDWH_DB_USER=me\nDWH_DB_PASSWORD=\nDWH_PORT=5440\nDWH_ENDPOINT=\nROLE_NAME=r\n"
    ),
    "words for another program's report": (
        "[cluster]\ncluster_identifier = wh\nregion = us-east-1\nnodes = 2\ndb = d\ndb_user = me\ndb_password =\ndb_port = 5440\nrole = r\n"
        "[status]\nstatus = ClusterStatus\nhost = Endpoint,Address\nport = Endpoint,Port\n"
    ),
    "no section of its own": (
        "[DEFAULT]\nredshift_host =\nredshift_dbname = d\nredshift_port = 5440\nredshift_user = me\nredshift_password =\npg_host = localhost\n"
        "pg_port = 5454\nregion_name = us-east-1\ncluster_id = wh\nnodes_count = 2\nrole_name = r\n"
    ),
    "hardware and connection": (
        "[HARDWARE]\nCLUSTER_NUM_NODES=2\nCLUSTER_ID=wh\nREGION=us-east-1\n[CLUSTER]\nHOST=\nMASTER_USERNAME=me\nMASTER_USER_PASSWORD=\n"
        "DB_NAME=d\nPORT=5440\n[SECURITY]\nROLE_NAME=r\n"
    ),
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_a_whole_file_is_read_and_filled_and_blanked_in_the_same_places(text: str, tmp_path: Path) -> None:
    path = put(tmp_path, text)
    found = read(path)
    assert (found.identifier, found.number_of_nodes, found.region, found.role_name) == ("wh", 2, "us-east-1", "r")
    assert (found.database, found.user, found.port, found.host, found.notes) == ("d", "me", 5440, "", ())
    filled = {"host": HOST, "role_arn": ARN, "database": "d", "user": "me", "port": "5440", "password": "Passw0rd"}
    write(path, filled)
    after = path.read_text("utf-8")
    assert after.count(HOST) == 1 and write(path, filled) == ()
    write(path, {"host": "", "role_arn": "", "password": ""})
    assert read(path).notes == ()
    write(path, filled)
    assert path.read_text("utf-8") == after
