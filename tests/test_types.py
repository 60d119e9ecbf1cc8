"""Every public function says the types of its arguments and of its result; whether they are true, mypy says."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def silent(node, inside_class=False):
    """Arguments and results of the public functions of a module or class that are not annotated."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from silent(child, True)
        elif isinstance(child, ast.FunctionDef) and (not child.name.startswith("_") or child.name.endswith("__")):
            given = child.args.posonlyargs + child.args.args + child.args.kwonlyargs
            own = bool(inside_class and given and given[0].arg in ("self", "cls"))
            yield from (f"{child.name}({one.arg})" for one in given[own:] if one.annotation is None)
            if child.returns is None:
                yield f"{child.name} ->"


@pytest.mark.parametrize("room", ["sim", "experiments"])
def test_public_functions_say_their_types(room):
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / room).rglob("*.py")}
    assert len(trees) > 60
    assert not {str(path.relative_to(ROOT)): found for path, tree in trees.items() if (found := list(silent(tree)))}
