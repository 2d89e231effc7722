"""The house: who may import whom, what is slow to import, and what templates may not do."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "derive"
# Floors from below, as the design numbers them.  A room's inner rooms stand on its floor; among
# themselves they may import in one direction only.
FLOORS = (
    ("__init__", "errors", "dims"),  # `derive.__version__` is all that is imported of __init__
    ("algebra",),
    ("operations",),
    ("rules", "arrays"),
    ("program",),
    ("reader", "derivation"),
    ("plan",),
    ("formulas",),
    ("code",),
    ("documents", "verify"),
    ("face", "models"),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
LAZY = ("derive", "derive.face", "derive.cli")  # rooms that import what only one command needs
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in HOUSE.rglob("*.py")
    if HOUSE / "models" not in path.parents or path.name == "__init__.py"
}
HEAVY = ("sympy", "numpy", "jinja2", "torch", "scipy")


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def test_nothing_is_imported_by_a_string():
    for module, path in MODULES.items():
        assert not re.search(r"import_module|__import__\(", path.read_text("utf-8")), module


def imports(module: str, body: list[ast.stmt] | None = None) -> set[str]:
    """Return the modules of derive that `module` imports, anywhere in its text."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree if body is None else ast.Module(body, [])):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} line {node.lineno}: a relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = names & MODULES.keys()
            found |= submodules or {str(node.module)}
    return {name for name in found if name.split(".")[0] == "derive"}


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"derive"}))
def test_a_file_imports_only_from_its_own_room_and_the_floors_below(module):
    assert room(module) in FLOOR, f"{module} has no floor"
    own = FLOOR[room(module)]
    for name in sorted(imports(module)):
        below = FLOOR[room(name)] < own
        assert below or room(name) == room(module), f"{module} imports {name}"


def test_the_house_is_small_at_its_top():
    folders = [p for p in HOUSE.iterdir() if p.is_dir() and p.name != "__pycache__"]
    assert len(folders) <= 16
    assert len([p for p in HOUSE.iterdir() if p.suffix == ".py"]) <= 6


def inner_room(module: str) -> str:
    """Return the folder that a module lies in, as a dotted name."""
    return ".".join(MODULES[module].relative_to(ROOT).parent.parts)


def test_no_two_rooms_import_each_other_inner_rooms_included():
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        if inner_room(module) != "derive":
            known = {inner_room(name) for name in imports(module) if name in MODULES}
            graph.setdefault(inner_room(module), set()).update(known - {"derive"})
    tuple(graphlib.TopologicalSorter({r: s - {r} for r, s in graph.items()}).static_order())


def test_there_is_no_circle():
    graph = {
        module: imports(module) - {module, "derive"} for module in MODULES if module != "derive"
    }
    tuple(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", sorted(m for m in MODULES if inner_room(m) not in LAZY))
def test_no_function_imports_a_module_of_derive(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert not imports(module, node.body), f"{module}, {node.name} line {node.lineno}"


def test_verify_never_sees_the_emitters():
    reached, waiting = set(), [name for name in MODULES if room(name) == "verify"]
    while waiting:
        module = waiting.pop()
        if module not in reached and module in MODULES:
            reached.add(module)
            waiting += imports(module)
    assert not {name for name in reached if room(name) in ("formulas", "code", "documents")}


def test_only_one_file_knows_jinja():
    users = {
        module
        for module, path in MODULES.items()
        if re.search(r"^\s*(?:import|from) jinja2", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users <= {"derive.code.page"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_text_is_executed(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            allowed = (
                {"exec"} if module == "derive.face.compiled" else set()
            )  # our own generated module
            assert node.func.id not in {"eval", "exec", "sympify", "parse_expr"} - allowed, (
                f"{module} line {node.lineno}"
            )


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_file_opens_with_its_purpose(module):
    assert ast.get_docstring(ast.parse(MODULES[module].read_text("utf-8"))), module


@pytest.mark.parametrize(
    "template", sorted((ROOT / "templates").rglob("*.jinja")), ids=lambda p: p.name
)
def test_a_template_holds_no_arithmetic_and_no_type_test(template):
    text = template.read_text("utf-8")
    for block in re.findall(r"\{\{(.*?)\}\}|\{%(.*?)%\}", text, re.DOTALL):
        code = re.sub(r"'[^']*'|\"[^\"]*\"", "''", "".join(block).strip("-+ \n"))
        assert not re.search(r"[*/%]|(?<![\w-])-|\s\+\s", code), f"arithmetic: {code}"
        assert not re.search(
            r"\bis\s+(?:not\s+)?(?:string|number|mapping|sequence|integer|float|iterable|callable)",
            code,
        ), f"a type test: {code}"
        assert not re.search(r"\|\s*(?:length|sum|round|int|float|abs)\b", code), code


def loaded_by(*arguments: str) -> set[str]:
    """Return the heavy packages that are loaded when `derive ARGUMENTS` has run."""
    script = (
        "import sys\nfrom derive.cli import main\n"
        f"main({list(arguments)!r}, prog_name='derive', standalone_mode=False)\n"
        f"print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(run.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("generate", "--help"), ("check", "-h"), ("list",)],
    ids=" ".join,
)
def test_what_needs_no_mathematics_loads_none(arguments):
    assert loaded_by(*arguments) == set()


def test_reading_and_writing_code_never_load_torch(tmp_path):
    arguments = ("generate", "linear", "--out", str(tmp_path))
    assert "torch" not in loaded_by(*arguments)


def test_numpy_code_is_written_without_loading_numpy(tmp_path):
    arguments = ("generate", "linear", "--to", "numpy", "--out", str(tmp_path))
    assert loaded_by(*arguments) <= {"jinja2", "sympy"}


def test_code_alone_is_written_without_sympy():
    script = "import sys, derive\nderive.derive('mlp').to_numpy()\nsys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
