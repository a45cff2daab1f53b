"""One meaning, many names; and what counts as blank."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac.config import Config, names, options, read, text as texts
from iac.config.faults import Misconfigured
from iac.config.text import parse
from iac.config.options import SETTINGS
from iac.errors import UsageError
from tests.config.examples import COURSE, NAMES


def config(folder: Path, text: str) -> Config:
    path = folder / "dwh.cfg"
    path.write_text(text, "utf-8")
    return read(path)


def report(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        config(folder, text)
    return caught.value.why


def meaning(section: str, name: str) -> str | None:
    return names.meaning_of(parse(f"[{section}]\n{name} = x\n").options[0])


PLAIN_SECTION = {"TARGET": "AWS", "NAME": "IAM_ROLE", "ARN": "IAM_ROLE"}


@pytest.mark.parametrize(("name", "wanted"), NAMES.items())
def test_every_name_is_found_in_any_case(name: str, wanted: str) -> None:
    section = PLAIN_SECTION.get(name, "AWS")
    assert meaning(section, name) == wanted
    assert meaning(section.lower(), name.lower()) == wanted


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("S3", "REGION"),
        ("s3", "region"),
        ("S3", "KEY"),
        ("TAGS", "DB_NAME"),
        ("POSTGRES", "HOST"),
        ("local_db", "DB_PASSWORD"),
        ("TWITTER", "TOKEN"),
        ("SNS", "ARN"),
        ("ETL", "TARGET"),
        ("AWS", "NAME"),
    ],
)
def test_a_common_word_in_anothers_section_is_not_ours(section: str, name: str) -> None:
    assert meaning(section, name) is None


BY_WORDS = {
    "[DWH] DWH_CLUSTER_ID": "identifier", "[CLUSTER] identifier": "identifier", "[X] Redshift-Cluster-Identifier": "identifier",
    "[X] DB_CLUSTER_NAME": "identifier", "[X] CLUSTER_DB_NAME": "database", "[HARDWARE] CLUSTER_NUM_NODES": "number_of_nodes",
    "[X] NODES_COUNT": "number_of_nodes", "[HW] NODES": "number_of_nodes", "[X] ClusterNodeType": "node_type",
    "[X] DWH_REGION_NAME": "region", "[AWS] AWS_DEFAULT_REGION": "region", "[DB] NAME": "database", "[X] DATABASE_NAME": "database",
    "[X] MASTER_USERNAME": "user", "[X] MASTER_USER_PASSWORD": "password", "[CLUSTER] PASS": "password", "[CLUSTER] PORT": "port",
    "[X] RS_HOST": "host", "[AWS] SECRET_KEY": "secret_key", "[X] AWS_KEY_ID": "access_key", "[IAM_ROLE] IAM_ROLE": "role_arn",
    "[X] ARN_ROLE": "role_arn", "[X] DWH_ARN": "role_arn",
    "[S3] S3_REGION": None, "[ETL] LOG_DATA": None, "[CLUSTER] SONG_DB_NAME": None, "[AWS] API_KEY": None, "[ETL] OUTPUT_NAME": None,
    "[FLASK] SECRET_KEY": None, "[WEB] PORT": None, "[WEB] HOSTNAME": None, "[SPOTIFY] USERNAME": None, "[DWH] CLUSTER_ARN": None,
    "[DWH] DB_ROLE": None, "[USER] ROLE": None, "[CLUSTER] NAME": None, "[CLUSTER] TYPE": None, "[MARKETING] BUDGET_USD": None,
}  # fmt: skip


@pytest.mark.parametrize(("place", "wanted"), BY_WORDS.items())
def test_a_name_that_no_list_has_is_read_by_its_words(place: str, wanted: str | None) -> None:
    section, _, name = place.strip("[").partition("] ")
    assert meaning(section, name) == wanted


ARN = "arn:aws:iam::123456789012:role/x"


@pytest.mark.parametrize(
    "line",
    ["CLUSTER_SIZE=4", "NAME=x", "DWH_NUM=4", f"COPY_AS={ARN}", "WHERE=us-east-1", "BOX=dc2.large", "URL=//a.b.us-east-1.redshift.amazonaws.com/x"],
)
def test_an_option_that_could_be_ours_and_is_not_read_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    notes = [note for note in config(tmp_path, f"[CLUSTER]\nDB_NAME=d\n{line}\n").notes if note.startswith("dwh.cfg:3 ")]
    assert len(notes) == 1 and line.partition("=")[0] in notes[0]


@pytest.mark.parametrize(
    "lines", ["[DWH]\nLOG_DATA=x\nSTAGING_TABLE=y\nBUCKET_REGION=us-west-2", "[TWITTER]\nACCESS_TOKEN=x\nUSER_ID=4", "[S3]\nREGION=us-west-2"]
)
def test_what_other_programs_read_is_not_mentioned(lines: str, tmp_path: Path) -> None:
    assert config(tmp_path, f"[CLUSTER]\nCLUSTER_ID=c\n{lines}\n").notes == ()


@pytest.mark.parametrize("name", ["DWH_MAX_HOURLY", "DWH_MAX_PRICE", "DWH_AUTOPAUSE", "DWH_BUDGET", "DWH_BUGDET_USD", "DWH_RUNING_HOURS"])
def test_a_limit_that_is_nearly_called_so_is_a_fault_with_the_right_line(name: str, tmp_path: Path) -> None:
    assert f"dwh.cfg:2 {name} = 5: is no option" in report(tmp_path, f"[DWH]\n{name}=5\n")


@pytest.mark.parametrize(
    "value",
    [
        "", "''", "' '", '""', "<your key>", "***", "xxx", "XXX", "'xxx'", "YOUR KEY", "YOUR_KEY", "your-key", "Enter value",
        "ENTER_HOST", "#ENTER VALUE", "h.XXXXX.us-west-2.redshift.amazonaws.com", "arn:aws:iam::<id>:role/x", "put your key",
    ],
)  # fmt: skip
def test_a_placeholder_is_blank(value: str) -> None:
    assert texts.is_blank(value)


@pytest.mark.parametrize("value", ["x", "dwh", "entertainment", "yourself", "4", "'dwh'", "auto", "5439", "a-b", "max", "%"])
def test_a_word_is_not_blank(value: str) -> None:
    assert not texts.is_blank(value)


@pytest.mark.parametrize("value", ["Ab<1>cdE9", "a***B12345", "#Passw0rd", "XXXXXaB1", "Yourself1"])
def test_a_password_that_aws_accepts_is_one(value: str) -> None:
    assert not options.blank_password(value)


@pytest.mark.parametrize("value", ["<Passw0rd>", "Your_Passw0rd", "***", "xxxxxxxx", "your password", ""])
def test_a_password_still_to_be_made_is_blank(value: str) -> None:
    assert options.blank_password(value)


@pytest.mark.parametrize(
    ("name", "like"),
    [("DWH_NODETPYE", "DWH_NODE_TYPE"), ("DB_PASWORD", "DB_PASSWORD"), ("DWH_CLUSTER_IDENTIFER", "DWH_CLUSTER_IDENTIFIER")],
)
def test_an_option_that_is_nearly_ours_is_named(name: str, like: str) -> None:
    found = names.nearly(parse(f"[DWH]\n{name} = x\n").options[0])
    assert found is not None and found.name == like


@pytest.mark.parametrize("name", ["LOG_DATA", "SONG_DATA", "SCHEMA", "KEYS", "DB_SCHEMA", "STAGING_TABLE", "OUTPUT_BUCKET"])
def test_an_option_of_the_users_own_is_left_alone(name: str) -> None:
    assert names.nearly(parse(f"[DWH]\n{name} = x\n").options[0]) is None


def test_the_same_value_under_several_names_is_fine(tmp_path: Path) -> None:
    text = "[AWS]\nREGION='us-west-2'\n[DWH]\nDWH_REGION=us-west-2\nDWH_DB=dwh\n[CLUSTER]\nDB_NAME='dwh'\n"
    assert config(tmp_path, text).region == "us-west-2"


def test_a_blank_never_conflicts(tmp_path: Path) -> None:
    text = "[DWH]\nDWH_DB_PASSWORD=<password>\n[CLUSTER]\nDB_PASSWORD=Passw0rd\n"
    password = config(tmp_path, text).password
    assert password is not None and password.reveal() == "Passw0rd"


def test_default_is_what_the_other_sections_leave_open(tmp_path: Path) -> None:
    assert config(tmp_path, "[DEFAULT]\nDB_USER=a\n[CLUSTER]\nDB_USER=b\n").user == "b"
    assert config(tmp_path, "[DEFAULT]\nDB_USER=a\n[CLUSTER]\nHOST=\n").user == "a"


def test_two_different_passwords_outside_a_creation_section_are_a_fault_that_shows_neither(tmp_path: Path) -> None:
    said = report(tmp_path, "[DB]\nDB_PASSWORD=First1word\n[CLUSTER]\nDB_PASSWORD=Second1word\n")
    assert said == "dwh.cfg:4 DB_PASSWORD = ****: line 2, DB_PASSWORD in [DB], means the same and says ****"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[AWS]\nSECRET=abcdef\n", "dwh.cfg:2 SECRET = ****: needs KEY beside it"),
        ("[AWS]\nSESSION_TOKEN=abcdef\n", "dwh.cfg:2 SESSION_TOKEN = ****: needs KEY and SECRET"),
        ("[TAGS]\nDB_PASSWORD=Passw0rd\n", "dwh.cfg:2 DB_PASSWORD = ****: must not be a tag, which anyone in the account can read; delete this line"),
        ("[DWH]\nDB_PASSWORD=${PASS}\n", "dwh.cfg:2 DB_PASSWORD = ****: is an environment variable"),
        ("[DWH]\nDWH_NODE_TYPE=ra3.4xlarge\nDWH_NUM_NODES=1\n", "a cluster of ra3.4xlarge has 2 to 32 nodes"),
        ("[DWH]\nDWH_NODE_TYPE=ra3.large DB_PASSWORD=Passw0rd9\n", "DWH_NODE_TYPE = ra3.large DB_PASSWORD= ****"),
        ("[DWH]\nDWH_NODE_TYPE=ra3.larg\n", "write: DWH_NODE_TYPE = ra3.large"),
        ("[DWH]\nDWH_NODE_TYPE=ra3large\n", "is not a node type; the node types are ra3.large, "),
        ("[DWH]\nDWH_NODE_TYPE=ra3large\n", "write: DWH_NODE_TYPE = ra3.large"),
        ("[DWH]\nDWH_NODE_TYPE=big\n", "write: DWH_NODE_TYPE = rg.large"),
        ("[DWH]\nDWH_NODE_TYPE=rg2xlarge\nDWH_NUM_NODES=2\n", "write: DWH_NODE_TYPE = rg.4xlarge"),
        ("[DWH]\nDWH_NODE_TYPE=rg-xlarge\nDWH_NUM_NODES=1\n", "write: DWH_NODE_TYPE = ra3.xlplus"),
        ("[DWH]\nDWH_NODE_TYPE=rg.2xlarge # big\n", "write: DWH_NODE_TYPE = rg.2xlarge"),
        ("[AWS]\nREGION=me-south-1\n[DWH]\nDWH_NODE_TYPE=dc2.large\n", "write: DWH_NODE_TYPE = ra3.large"),
        ("[DWH]\nDWH_NODE_TYPE=rg.2xlarge\nDWH_PORT=80\n", "must be 5431 to 5455 or 8191 to 8215 for rg.2xlarge"),
        ("[DWH]\nDWH_INGRESS_CIDR=auto, home\n", "must be auto, or addresses"),
        ("[DWH]\nDWH_INGRESS_CIDR=203.0.113.7/0.0.0.0\n", "with commas between them; write: DWH_INGRESS_CIDR = auto"),
        ("[DWH]\nDWH_INGRESS_CIDR=10.0.0.0/255.255.0.0 auto\n", "write: DWH_INGRESS_CIDR = 10.0.0.0/16, auto"),
        ("[DWH]\nDWH_INGRESS_CIDR=10.0.0.0/0.0.255.255\n", "write: DWH_INGRESS_CIDR = 10.0.0.0/16"),
        ("[DWH]\nDWH_INGRESS_CIDR=auto, 0.0.0.0/0.0.0.0\n", "write: DWH_INGRESS_CIDR = auto"),
        ("[DWH]\nDWH_BUDGET_USD=99999999\n", "dwh.cfg:2 DWH_BUDGET_USD = 99999999: must be at most 1000000; write: DWH_BUDGET_USD = 1000000"),
        ("[DWH]\nDWH_MAX_HOURLY_USD=1000000.01\n", "must be at most 1000000; write: DWH_MAX_HOURLY_USD = 1000000"),
        ("[DWH]\nDWH_AUTO_PAUSE=99999 days\n", "write: DWH_AUTO_PAUSE = 30d"),
        ("[DWH]\nDWH_AUTO_PAUSE=99999d99999h\n", "must be 1 hour (1h) to 30 days (30d); write: DWH_AUTO_PAUSE = 30d"),
        ("[DWH]\nPOLICY_ARN=AmazonS3FullAccess\n", "write: POLICY_ARN = arn:aws:iam::aws:policy/AmazonS3FullAccess"),
        ("[DWH]\nDWH_SUBNET_GROUP=my-group # mine\n", "write: DWH_SUBNET_GROUP = my-group"),
        ("[DWH]\nDB_PORT=5439.0\n", "write: DB_PORT = 5439"),
    ],
)
def test_a_fault_says_what_to_write(text: str, said: str, tmp_path: Path) -> None:
    assert said in report(tmp_path, text)


ODD = ["a b", "-1", "0", "99999", "9a", "User", "default", "dwh_x", "$1,5", "n", "arn:aws:iam::1:role/x", "dc2.large", "é # x"]
CHECKED = [row.name for row in SETTINGS.values() if row.rule and not row.secret]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("name", CHECKED)
def test_the_line_that_a_fault_offers_is_allowed(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text(f"[AWS]\n{name} = {text}\n", "utf-8")
    try:
        read(path)
    except Misconfigured as wrong:
        (fault,) = wrong.faults
        assert fault.fix.startswith(f"{name} =")
        config(tmp_path, f"[AWS]\n{fault.fix}\n")


@pytest.mark.parametrize(("name", "nodes"), [("rg.2xlarge", 2), ("rg.24xlarge", 100), ("ra4.large", 1)])
def test_a_node_type_that_is_not_in_the_list_is_left_for_aws_to_judge(name: str, nodes: int, tmp_path: Path) -> None:
    found = config(tmp_path, f"[DWH]\nDWH_NODE_TYPE={name}\nDWH_NUM_NODES={nodes}\nDWH_PORT=8191\n")
    assert (found.node_type, found.number_of_nodes) == (name, nodes)
    assert found.lines == (("node_type", "DWH_NODE_TYPE", 2), ("number_of_nodes", "DWH_NUM_NODES", 3))


def test_a_place_in_s3_is_known_by_the_first_line_that_names_it(tmp_path: Path) -> None:
    found = config(tmp_path, "[S3]\nLOG_DATA='s3://x-y/a'\nREGION=us-east-1\n\nAgain = s3://x-y/a\nSONG_DATA = s3://x-y\n")
    assert found.lines == (("s3://x-y/a", "LOG_DATA", 2), ("s3://x-y", "SONG_DATA", 6))


@pytest.mark.parametrize("name", ["dc1.large", "dc2.8xlarge", "ds2.xlarge", "DC2.large", "dw1.xlarge"])
def test_a_retired_node_type_is_one_fault_and_brings_no_others(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text(f"[DWH]\nDWH_NODE_TYPE={name}\nDWH_NUM_NODES=100\nDWH_PORT=1150\n", "utf-8")
    with pytest.raises(Misconfigured) as caught:
        read(path)
    (fault,) = caught.value.faults
    assert (fault.line, fault.option, fault.shown) == (2, "DWH_NODE_TYPE", name)
    assert fault.fix.startswith("DWH_NODE_TYPE = r")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("[AWS]\nTARGET=\n", "TARGET is blank, which means aws: the real AWS"),
        ("[AWS]\nKEY=AKIA1\nSECRET=s\nPROFILE=p\n", "KEY and SECRET are used, and PROFILE is not: both are filled"),
        ("[AWS]\nREGION=us-west-2\n[DB]\nHOST=a.b.us-east-1.redshift.amazonaws.com\n", "is in Region us-east-1, but REGION says us-west-2, which is used"),
    ],
)
def test_what_was_decided_is_said_aloud(text: str, note: str, tmp_path: Path) -> None:
    assert [each for each in config(tmp_path, text).notes if note in each]


@pytest.mark.parametrize("header", ["[S3]", "[s3]", "[S3 ]", "[ S3]"])
def test_a_slip_in_the_header_of_the_places_gives_the_role_no_more(header: str, tmp_path: Path) -> None:
    found = config(tmp_path, f"{header}\nLOGS = s3://songs/logs\n")
    assert (found.s3_access, found.s3_places) == ("listed", ("s3://songs/logs",))


def test_a_simulated_host_tells_a_real_account_no_region(tmp_path: Path) -> None:
    host = "[CLUSTER]\nHOST=dwhcluster.simulatorb81.us-east-1.redshift.amazonaws.com\n"
    assert config(tmp_path, f"[AWS]\nTARGET=aws\n{host}").region is None
    assert config(tmp_path, f"[AWS]\nTARGET=simulator\n{host}").region == "us-east-1"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("[DWH]\nDWH_NODE_TYPE=rg.xlarge\nDWH_NUM_NODES=20\n", "with at most 16 nodes; 20 are possible by a resize only"),
        ("\ufeff[DB]\nHOST=\n", "has a byte order mark"),
        ("[DWH]\nDWH_INGRESS_CIDR=0.0.0.0/0\n", "lets every address on the internet connect"),
        ("[DB]\nHOST=\n", "Not said in dwh.cfg, so by default: node type ra3.large"),
    ],
)
def test_what_matters_only_to_whoever_makes_a_cluster_is_kept_apart(text: str, note: str, tmp_path: Path) -> None:
    found = config(tmp_path, text)
    assert [each for each in found.assumed if note in each] and not [each for each in found.notes if note in each]


def test_several_nodes_are_what_multi_node_means_by_itself(tmp_path: Path) -> None:
    assert config(tmp_path, "[DWH]\nDWH_CLUSTER_TYPE=multi-node\n").number_of_nodes == 2
    assert config(tmp_path, "[DWH]\nDWH_NODE_TYPE=ra3.4xlarge\n").number_of_nodes == 2


@pytest.mark.parametrize(("word", "public"), [("yes", True), ("TRUE", True), ("on", True), ("1", True), ("no", False), ("0", False)])
def test_yes_and_no_have_their_usual_names(word: str, public: bool, tmp_path: Path) -> None:
    assert config(tmp_path, f"[DWH]\nDWH_PUBLICLY_ACCESSIBLE={word}\n").publicly_accessible is public


def test_no_secret_is_in_the_repr(tmp_path: Path) -> None:
    text = "[AWS]\nKEY=AKIAEXAMPLE\nSECRET=topsecretvalue\nTOKEN=tokenvalue\n[CLUSTER]\nDB_PASSWORD=Passw0rd\n"
    said = repr(config(tmp_path, text))
    assert not [word for word in ("AKIAEXAMPLE", "topsecretvalue", "tokenvalue", "Passw0rd") if word in said]


def test_a_key_in_a_section_that_could_be_any_services_is_not_used_and_that_is_said(tmp_path: Path) -> None:
    found = config(tmp_path, "[MAPS]\nKEY=AKIAIOSFODNN7EXAMPLE\n[DB]\nHOST=\n")
    assert found.credentials.key is None
    assert "dwh.cfg:2 KEY is not read, although it holds an access key; did you mean KEY? Then call it: KEY, below [AWS]" in found.notes


def test_a_comment_behind_a_value_is_told_apart_from_the_value(tmp_path: Path) -> None:
    said = report(
        tmp_path,
        "[DWH]\nDWH_NODE_TYPE=dc2.8xlarge # big\nDWH_CLUSTER_IDENTIFIER=wh ; mine\n[AWS]\nREGION=eu-west-1 # home\n",
    ).split("\n")
    assert [line.rpartition("write: ")[2] for line in said] == [
        "DWH_NODE_TYPE = rg.12xlarge",
        "DWH_CLUSTER_IDENTIFIER = wh",
        "REGION = eu-west-1",
    ]
    assert all("(a comment needs a line of its own)" in line for line in said)


def test_a_report_cannot_move_the_terminals_cursor(tmp_path: Path) -> None:
    said = report(tmp_path, "[DWH]\nDWH_NODE_TYPE=\x1b[2Jra3\n[TAGS]\na\x1b[1m=<\n")
    assert "\x1b" not in said


PLACES = {
    "S3://": None, "s3://": None, "s3:/": None, "s3:///x": None, "s3n://": None, "s3a://b": None, "s3://*/x": None, "s3://a/x": None,
    "s3://-bucket/x": None, "s3://bucket-/x": None, "s3://my..bucket/x": None, "s3://192.168.5.4/x": None, "s3://xn--bucket/x": None,
    "s3://my bucket/x": None, "s3://${BUCKET}/x": None, "s3://%(bucket)s/x": None, "arn:aws:s3:us-west-2:123456789012:accesspoint/x": None,
    "https://s3.console.aws.amazon.com/s3/buckets/bucket": None, "https://b.s3.amazonaws.com": None, "s3://bucket/\x1b[2J": None,
    "s3://bucket/\u202egpj": None, "s3n://bucket/\x9b": None,
   "'s3://": None, "s3:": None,
    "S3://bucket/x": "s3://bucket/x", "s3:/bucket/x": "s3://bucket/x", "s3:bucket/x": "s3://bucket/x", "s3//bucket/x": "s3://bucket/x",
    "s3:///bucket/x": "s3://bucket/x", "s3n://bucket/x": "s3://bucket/x", "'s3a://bucket/x'": "'s3://bucket/x'",
    "'s3://bucket/x": "'s3://bucket/x'", "s3://bucket/x'": "'s3://bucket/x'", '"s3://bucket/x': '"s3://bucket/x"',
    "arn:aws:s3:::bucket/x": "s3://bucket/x", "https://bucket.s3.amazonaws.com/x": "s3://bucket/x",
    "https://my.bucket.s3.us-west-2.amazonaws.com/x": "s3://my.bucket/x", "https://s3-us-west-2.amazonaws.com/bucket/x": "s3://bucket/x",
    "'https://s3.us-west-2.amazonaws.com/bucket'": "'s3://bucket'",
}  # fmt: skip


@pytest.mark.parametrize("access", ["", "[DWH]\nDWH_S3_ACCESS = listed\n", "[DWH]\nDWH_S3_ACCESS = all\n", "[DWH]\nDWH_S3_ACCESS = al\n"])
@pytest.mark.parametrize(("value", "instead"), PLACES.items())
def test_a_place_that_is_none_is_a_fault_and_no_reason_to_read_every_bucket(
    value: str, instead: str | None, access: str, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured) as caught:
        config(tmp_path, f"[S3]\nLOG_DATA = {value}\n{access}")
    fault = caught.value.faults[0]
    assert (fault.line, fault.fix) == (2, f"LOG_DATA = {instead}" if instead else "")
    assert fault.allowed.startswith("is no place in S3: that is s3://")
    assert "DWH_S3_ACCESS = all" not in [each.fix for each in caught.value.faults]
    if instead:
        assert config(tmp_path, f"[S3]\nLOG_DATA = {instead}\n").s3_places == (instead.strip("'\""),)


@pytest.mark.parametrize(
    "value",
    ["staging_songs", "us-west-2", "s3", "s3_bucket", "s3/data", "s3:GetObject", "s3:*", "auto", "songs.json", "data/log.json", "my-bucket",
     "https://example.com/s3/x", "https://s3.example.com/x", "https://s3.us-west-2.amazonaws.com", "https://s3.amazonaws.com/", "arn:aws:sns:us-east-1:1:t", "<bucket>", "s3://<your bucket>/x", "''"],
)  # fmt: skip
def test_what_is_no_place_at_all_stays_silent(value: str, tmp_path: Path) -> None:
    found = config(tmp_path, f"[S3]\nLOG_DATA = s3://bucket/x\nOTHER = {value}\n")
    assert (found.s3_access, found.s3_places, found.notes) == ("listed", ("s3://bucket/x",), ())


@pytest.mark.parametrize("value", ["s3://bucket", "s3://my.bucket/", "s3://Old_Bucket/x", "s3://bucket/a//b", "s3://123/x", "s3://udacity-dend/log-data/A/B"])
def test_a_place_that_s3_allows_is_listed(value: str, tmp_path: Path) -> None:
    assert config(tmp_path, f"[S3]\nLOG_DATA = {value}\n").s3_places == (value,)


COURSE_AND_REGION = f"{COURSE}[CLUSTER]\ndb_port = 5439\n[OTHER]\nAWS_REGION = us-east-1\n"
SPOKEN = {
    "DB_PASSWORD in dwh.cfg, which is blank": "DWH_DB_PASSWORD in dwh.cfg, which is blank",
    "Write DB_NAME = dev and DB_USER = me back": "Write DWH_DB = dev and DWH_DB_USER = me back",
    "write its REGION and DWH_CLUSTER_IDENTIFIER": "write its AWS_REGION and DWH_CLUSTER_IDENTIFIER",
    "(DB_PORT)": "(DWH_PORT)",
    **dict.fromkeys((
        "COPY needs the clause REGION 'us-west-2'", "arn:aws:redshift:REGION:ACCOUNT", 'db["DB_USER"]', "s3://b/DB_USER", "MY_DB_USER",
        "DB_USER in [CLUSTER] (line 9, you) is overridden by DWH_DB_USER in [DWH]", "DWH_NUM_NODES, HOST and ARN",
    )),
}  # fmt: skip


@pytest.mark.parametrize(("said", "wanted"), SPOKEN.items())
def test_an_option_is_called_as_the_file_has_it(said: str, wanted: str | None, tmp_path: Path) -> None:
    assert config(tmp_path, COURSE_AND_REGION).spoken(said) == (wanted or said)
    assert config(tmp_path, "[CLUSTER]\nHOST=\n").spoken(said) == said


def test_a_blank_option_has_its_name_too_and_one_that_is_not_there_ours(tmp_path: Path) -> None:
    assert config(tmp_path, "[DWH]\ndwh_password =\n").spoken("DB_PASSWORD, DB_NAME") == "dwh_password, DB_NAME"


def test_a_secret_that_aws_echoes_is_not_spoken(tmp_path: Path) -> None:
    login = "[AWS]\nKEY=AKIAIOSFODNN7EXAMPLE\nSECRET=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nSESSION_TOKEN=IQoJb3Jp\n"
    said = "x wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY, IQoJb3Jp."
    assert config(tmp_path, login).spoken(said) == "x ****, ****."


def test_what_is_called_as_in_the_file_stays_so(tmp_path: Path) -> None:
    found = config(tmp_path, "[CLUSTER]\nCLUSTER HOST =\n")
    assert found.spoken("write HOST and ARN") == found.spoken(found.spoken("write HOST and ARN")) == "write CLUSTER HOST and ARN"
