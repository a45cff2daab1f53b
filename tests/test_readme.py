"""The README's commands and transcripts, compared with what really happens."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
import sys

from iac.config import read
from iac.config.text import parse
from iac.config.options import SETTINGS
from iac.console import create_arguments, delete_arguments
from iac.facts.node_types import NODE_TYPES, WITH_RG
from iac.facts.prices import HOURLY_USD
from iac.words import shell_word
from tests import scripts
from tests.conftest import OnAndOff

README = (scripts.ROOT / "README.md").read_text("utf-8")


def block(mark: str) -> str:
    """The code block that follows the comment `<!-- mark -->`."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, mark
    return found.group(1)


def timeless(text: str) -> str:
    """Without what depends on the day, on how fast the machine is, and on where its Python is."""
    text = text.replace(shell_word(sys.executable), ".venv/bin/python")
    text = re.sub(r"^  .*, \d+ s \(on AWS .*\)\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?", "TIME", text)
    text = re.sub(r"final-\d{8}-\d{6}", "final-TIME", text)
    return re.sub(r"\b\d+ s\b", "N s", text)


def test_the_transcripts_are_what_the_scripts_print(on_and_off: OnAndOff) -> None:
    assert timeless(on_and_off.first) == timeless(block("create_cluster.py prints"))
    assert timeless(on_and_off.off) == timeless(block("delete_cluster.py prints"))


def test_the_recipes_are_of_the_shipped_file_and_of_options_that_exist(tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text(scripts.shipped(), "utf-8")
    shipped, dbt, actions = read(tmp_path / "dwh.cfg"), block("dbt example"), block("GitHub Actions example")
    said = dict(re.findall(r"(\w+): ([\w-]+)", dbt))
    assert (said["cluster_id"], said["region"], said["dbname"], said["user"], said["port"]) == (
        shipped.identifier, shipped.region, shipped.database, shipped.user, str(shipped.port),
    )  # fmt: skip
    assert dbt.count("{") == dbt.count("}") and actions.count("{") == actions.count("}")
    commands = re.findall(r"run: python (\S+) (.*)", actions)
    assert [name for name, _ in commands] == ["create_cluster.py"] and f"aws-region: {shipped.region}" in actions
    command = create_arguments().parse_args(shlex.split(commands[0][1])).run.replace("dbt build", "printenv DWH_HOST")
    (tmp_path / "dwh.cfg").write_text("[CLUSTER]\nHOST = h.example.com\n")
    assert subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "h.example.com\n"


def test_the_table_of_node_types_is_what_is_known_of_them() -> None:
    table = README.partition("## Node types")[2].partition("\n## ")[0]
    told = re.findall(r"`([\w.]+)` \| (\d+) GiB \| ([\w ]+?) \| ([\d.]+)", table)
    known = {(each.name, str(each.memory), each.counts, str(HOURLY_USD["us-west-2"][each.name])) for each in NODE_TYPES.values()}
    assert set(told) == known
    assert f"`rg` is sold in {len(WITH_RG)} Regions" in table


def test_the_commands_are_for_a_machine_with_python_alone() -> None:
    for mark, last in (("main", "create_cluster.py"), ("tests", "-m pytest -q")):
        (line,) = block(mark).splitlines()
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ") and line.endswith(last)


def options_in_the_table() -> dict[str, str]:
    """Option -> default, "" for blank, as the README's table has them."""
    table = README.partition("## Every option of dwh.cfg")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {
        name: default.strip("`").replace("blank", "")
        for options, default, _ in rows
        for name in re.findall(r"`([A-Z0-9_]+)`", options)
    }


def test_the_table_has_every_option_with_its_default() -> None:
    assert options_in_the_table() == {row.name: row.default for row in SETTINGS.values()}


def test_the_shipped_file_has_the_options_of_the_table() -> None:
    shipped = parse(scripts.shipped())
    options = [option for option in shipped.options if option.section != "S3"]
    not_shipped = set(options_in_the_table()) - {option.name for option in options}
    assert [option.name for option in options if option.name not in options_in_the_table()] == []
    assert not_shipped == {"DWH_CLUSTER_TYPE", "POLICY_ARN"}


def test_every_option_of_the_commands_is_explained() -> None:
    for parser in (create_arguments(), delete_arguments()):
        flags = [flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")]
        missing = [flag for flag in flags if flag not in README]
        assert set(missing) <= {"--help", "--quiet", "--verbose"}


def test_the_shipped_file_is_a_clean_template(tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text(scripts.shipped(), "utf-8")
    config = read(tmp_path / "dwh.cfg")
    assert (config.target, config.host, config.role_arn, config.password) == ("simulator", "", "", None)
    assert config.credentials.key is None and config.credentials.secret is None


def test_every_module_that_the_readme_names_exists() -> None:
    for named in re.findall(r"`(iac/[\w/]+(?:\.py)?/?)`", README):
        assert (scripts.ROOT / named).exists(), named


def test_ci_runs_the_lowest_and_the_highest_python_that_the_readme_names() -> None:
    workflow = (scripts.ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    (versions,) = re.findall(r"python: \[(.*)\]", workflow)
    assert re.findall(r"Python (\d\.\d+) to (\d\.\d+)", README) == [tuple(re.findall(r'"(.*?)"', versions))]
    assert "run: .ci/run\n" in workflow and "permissions:\n  contents: read\n" in workflow and "secrets" not in workflow
