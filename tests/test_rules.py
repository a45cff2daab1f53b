"""The rules of the project that a program can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = sorted([*ROOT.glob("iac/**/*.py"), ROOT / "create_cluster.py", ROOT / "delete_cluster.py"])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in [*PRODUCT, *TESTS]}
NODES = {path: tuple(ast.walk(tree)) for path, tree in TREES.items()}

LAYERS = [
    {"iac.amounts", "iac.cluster", "iac.errors", "iac.place", "iac.printable", "iac.request", "iac.secret", "iac.tags",
     "iac.told", "iac.facts"},
    {"iac.wait", "iac.config", "iac.money.price", "iac.endpoint.probe", "iac.observed", "iac.policy", "iac.schedule.option",
     "iac.schedule.value", "iac.steps"},
    {"iac.status", "iac.progress", "iac.simulator"},
    {"iac.lock"},
    {"iac.aws"},
    {"iac.plan"},
    {"iac.s3", "iac.money", "iac.endpoint", "iac.schedule"},
    {"iac.abilities", "iac.permissions"},
    {"iac.look"},
    {"iac.run"},
    {"iac.report", "iac.text"},
    {"iac.warehouse"},
    {"iac.verbs"},
    {"iac.console"},
]
"""From the bottom up: a module imports from its own layer or from below."""


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


def layer(module: str) -> int | None:
    for rank, members in enumerate(LAYERS):
        if any(module == member or module.startswith(member + ".") for member in members):
            return rank
    return None


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


def test_a_module_imports_only_from_its_layer_or_below() -> None:
    upward = []
    for path in PRODUCT:
        own = layer(name(path))
        for imported in imports(path):
            other = layer(imported)
            if own is not None and other is not None and other > own and not _only_for_types(path, imported):
                upward.append(f"{name(path)} imports {imported}")
    assert upward == []


def _only_for_types(path: Path, imported: str) -> bool:
    guarded = [node for node in NODES[path] if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    return any(
        isinstance(node, ast.ImportFrom) and node.module and imported.startswith(node.module)
        for guard in guarded
        for node in ast.walk(guard)
    )


def test_facts_import_nothing_but_facts_and_the_standard_library() -> None:
    allowed = set(sys.stdlib_module_names) | {"iac"}
    for path in PRODUCT:
        if name(path).startswith("iac.facts"):
            assert roots(path) <= allowed, path
            assert all(each.startswith("iac.facts") for each in imports(path) if each.startswith("iac")), path


def test_every_module_has_its_layer() -> None:
    assert [name(p) for p in PRODUCT if name(p).startswith("iac.") and layer(name(p)) is None] == []


PURE = ("iac.amounts", "iac.cluster", "iac.endpoint.diagnosis", "iac.money.bill", "iac.money.limit", "iac.money.price", "iac.observed",
        "iac.permissions", "iac.plan", "iac.policy", "iac.status", "iac.steps")  # fmt: skip


@pytest.mark.parametrize("path", [path for path in PRODUCT if name(path).startswith(PURE) and name(path) != "iac.money.price_list"], ids=name)
def test_decisions_are_pure(path: Path) -> None:
    pure = {"iac", "json", "datetime", "dataclasses", "enum", "typing", "__future__", "collections", "decimal", "re", "ipaddress"}
    assert roots(path) <= pure
    assert not [imported for imported in imports(path) if imported.startswith(("iac.aws", "iac.simulator"))]


@pytest.mark.parametrize("module", ["iac.config", "iac.console", "iac.plan", "create_cluster", "delete_cluster"])
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
