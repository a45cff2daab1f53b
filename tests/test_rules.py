"""The rules of the project that a program can check."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from iac.config.config import Config
from iac.config.options import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = sorted([*ROOT.glob("iac/**/*.py"), ROOT / "create_cluster.py", ROOT / "delete_cluster.py"])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in [*PRODUCT, *TESTS]}
NODES = {path: tuple(ast.walk(tree)) for path, tree in TREES.items()}

FLOORS = [
    {"errors", "facts", "naming", "words"},
    {"config", "observed", "wait"},
    {"progress", "status", "steps"},
    {"aws", "lock", "plan"},
    {"look", "report"},
    {"run", "s3", "text"},
    {"endpoint", "money", "schedule"},
    {"abilities", "simulator"},
    {"warehouse"},
    {"console", "verbs"},
    {"iac", "create_cluster", "delete_cluster"},
]
"""From the ground up: the modules and folders of iac/. Each imports from itself and from below, also for its type hints."""


def name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(path: Path) -> tuple[str, ...]:
    found = []
    for node in NODES[path]:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(found)


def roots(path: Path) -> set[str]:
    return {imported.split(".")[0] for imported in imports(path)}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in NODES[path] if isinstance(node, ast.FunctionDef))


def room(module: str) -> str:
    """The module or folder of iac/ that it stands in."""
    return (module.split(".") + ["iac"])[1] if module.startswith("iac.") else module


def floor(module: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room(module) in rooms)


def own_imports(path: Path) -> set[str]:
    """The modules of the project that it imports, wherever in it."""
    every = {name(each) for each in PRODUCT}
    found = set()
    for node in NODES[path]:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {full if (full := f"{node.module}.{alias.name}") in every else node.module for alias in node.names}
    return (found & every) - {name(path)}


def test_the_top_level_is_the_fixed_one() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    top = {entry.split("/")[0] for entry in kept}
    assert {entry for entry in top if not entry.startswith(".")} <= {
        "dwh.cfg", "create_cluster.py", "delete_cluster.py", "iac", "tests", "requirements.txt", "README.md",
    }  # fmt: skip


def test_only_aws_and_the_simulator_import_boto3() -> None:
    importing = [
        name(path)
        for path in PRODUCT
        if {"boto3", "botocore"} & roots(path) and not name(path).startswith(("iac.aws.", "iac.simulator"))
    ]
    assert importing == []


def test_only_the_simulator_imports_moto() -> None:
    assert [name(p) for p in PRODUCT if "moto" in roots(p) and not name(p).startswith("iac.simulator")] == []


def test_the_product_has_no_configparser() -> None:
    assert [name(path) for path in PRODUCT if "configparser" in roots(path)] == []


def test_the_product_needs_boto3_and_moto_and_nothing_else() -> None:
    allowed = set(sys.stdlib_module_names) | {"iac", "boto3", "botocore", "moto"}
    assert {name(path): roots(path) - allowed for path in PRODUCT if roots(path) - allowed} == {}


def test_only_the_console_prints_and_parses_arguments() -> None:
    for path in PRODUCT:
        if name(path).startswith("iac.console"):
            continue
        calls = [node for node in NODES[path] if isinstance(node, ast.Call)]
        assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in ("print", "input")], path
        if path.parent != ROOT:
            assert "argparse" not in roots(path), path


def test_only_wait_touches_time() -> None:
    for path in PRODUCT:
        if name(path) == "iac.wait":
            continue
        assert "time" not in roots(path), path
        reads = [
            node.attr
            for node in NODES[path]
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
            and isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
        ]  # fmt: skip
        assert reads == [], path


def test_a_module_imports_only_from_its_own_folder_and_from_below() -> None:
    assert len(FLOORS) <= 11
    upward = [
        f"{name(path)} imports {imported}"
        for path in PRODUCT
        for imported in own_imports(path)
        if room(imported) != room(name(path)) and floor(imported) >= floor(name(path))
    ]
    assert upward == []


def test_no_imports_go_in_a_circle() -> None:
    below = {name(path): own_imports(path) for path in PRODUCT}
    while resting := [module for module, imported in below.items() if not imported & below.keys()]:
        for module in resting:
            del below[module]
    assert below == {}


def test_facts_import_nothing_but_facts_and_the_standard_library() -> None:
    allowed = set(sys.stdlib_module_names) | {"iac"}
    for path in PRODUCT:
        if name(path).startswith("iac.facts"):
            assert roots(path) <= allowed, path
            assert all(each.startswith("iac.facts") for each in imports(path) if each.startswith("iac")), path


PURE = ("iac.endpoint.diagnosis", "iac.money.bill", "iac.money.limit", "iac.naming", "iac.observed", "iac.plan",
        "iac.schedule.plan", "iac.schedule.value", "iac.status", "iac.steps", "iac.words")  # fmt: skip


@pytest.mark.parametrize("path", [path for path in PRODUCT if name(path).startswith(PURE)], ids=name)
def test_decisions_are_pure(path: Path) -> None:
    pure = {
        "iac", "json", "datetime", "dataclasses", "enum", "typing", "__future__", "collections", "decimal", "re", "ipaddress", "operator",
        "hashlib", "shlex",
    }  # fmt: skip
    assert roots(path) <= pure
    assert not [imported for imported in imports(path) if imported.startswith(("iac.aws", "iac.simulator"))]


@pytest.mark.parametrize("module", ["iac.abilities", "iac.config", "iac.console", "iac.plan", "create_cluster", "delete_cluster"])
def test_importing_this_does_not_import_boto3(module: str) -> None:
    code = f"import sys, {module}; sys.exit(bool({{'boto3', 'botocore', 'moto'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_everything_has_type_hints() -> None:
    bare = []
    for path in PRODUCT:
        for function in functions(path):
            every = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            unhinted = [arg.arg for arg in every if arg.annotation is None and arg.arg not in ("self", "cls")]
            if unhinted or function.returns is None:
                bare.append(f"{name(path)}.{function.name}")
    assert bare == []


def test_public_things_have_docstrings() -> None:
    bare = [name(path) for path in PRODUCT if ast.get_docstring(TREES[path]) is None]
    for path in PRODUCT:
        if name(path).startswith(("iac.steps.", "iac.console.display")) or path.parent == ROOT:
            continue  # there the class, the base class or the script says it
        for node in TREES[path].body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                bare += [f"{name(path)}.{node.name}"] if ast.get_docstring(node) is None else []
    assert bare == []


def test_every_option_is_a_field_that_something_reads() -> None:
    made_into_others = {"access_key", "secret_key", "session_token", "profile", "cluster_type"}
    fields = {field.name for field in dataclasses.fields(Config)}
    assert set(SETTINGS) - fields == made_into_others
    outside = [path for path in PRODUCT if room(name(path)) not in ("config", "simulator")]
    read = {node.attr for path in [*outside, ROOT / "iac/config/config.py"] for node in NODES[path] if isinstance(node, ast.Attribute)}
    assert fields - read == set()


def test_no_test_patches_or_sleeps() -> None:
    for path in TESTS:
        assert not [i for i in imports(path) if i in ("unittest.mock.patch", "pytest_mock")], path
        sleeps = [
            node
            for node in NODES[path]
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in (("time", "sleep"), ("mock", "patch"))
        ]
        assert sleeps == [], path


def test_nothing_is_called_manager_helper_or_utils() -> None:
    vague = ("manager", "helper", "utils", "util")
    names = [name(path) for path in PRODUCT]
    names += [
        f"{name(path)}.{node.name}"
        for path in PRODUCT
        for node in NODES[path]
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    assert [each for each in names if any(word in each.lower().rpartition(".")[2] for word in vague)] == []
