"""How much of what others may call says its types: the share may only rise. Whether they are true, mypy says."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANNOTATED = 0.32  # of the arguments and results of public functions; raise it with the share


def said(node, inside_class=False):
    """For each argument and result of the public functions of a module or class, whether it is annotated."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from said(child, True)
        elif isinstance(child, ast.FunctionDef) and (not child.name.startswith("_") or child.name.endswith("__")):
            given = child.args.posonlyargs + child.args.args + child.args.kwonlyargs
            own = inside_class and given and given[0].arg in ("self", "cls")
            yield from (argument.annotation is not None for argument in given[own:])
            yield child.returns is not None


def test_the_share_of_annotated_functions_only_rises():
    modules = [*ROOT.glob("sim/**/*.py"), *ROOT.glob("experiments/**/*.py")]
    every = [one for path in modules for one in said(ast.parse(path.read_text(encoding="utf-8")))]
    assert len(every) > 2_000 and sum(every) / len(every) >= ANNOTATED
