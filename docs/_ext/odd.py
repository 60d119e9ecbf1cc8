"""Parts of the ODD protocol that the program says itself: records, verbs of the day, streams, docstrings of kernels."""

import ast
import inspect
import textwrap
from importlib import import_module
from pathlib import Path
from types import ModuleType

from sim.kernel import records, streams
from sim.simulation import day, state

ENTITIES = {
    "PERSON": "Person: who somebody is",
    "WORKER": "Worker: what a person does as a worker",
    "ACCOUNT": "Account: a worker on one platform",
    "CLIENT": "Client",
    "BATCH": "Batch of identical tasks",
    "PLATFORM": "Platform",
    "KIND": "Kind of task on a platform",
    "WATCHER": "Watcher: somebody who watches a list",
    "CLAIM": "Claim: tasks of an open batch that a worker has taken",
    "ABSENT": "Account that nobody in France opens",
}
SUBMODELS = {
    "Demand": ["sim.markets.posting", "sim.markets.batches", "sim.population.demand", "sim.population.contractors"],
    "Who comes": ["sim.markets.waking", "sim.markets.entry", "sim.markets.joining", "sim.markets.first_steps"],
    "At the list": ["sim.markets.matching", "sim.markets.searching", "sim.markets.watching", "sim.markets.visiting"],
    "The crowd elsewhere": ["sim.markets.crowd", "sim.population.crowd"],
    "Order book and calendar": ["sim.markets.book", "sim.markets.agenda"],
    "Structures": ["sim.markets.structures", "sim.markets.contracting"],
    "Pay": ["sim.markets.settlement"],
    "Learning": ["sim.agents.looking", "sim.agents.worth"],
    "Policies": ["sim.policies.effects", "sim.policies.kernels"],
}
FIRST_DAY = [
    "sim.population.synthesis",
    "sim.population.joint_distribution",
    "sim.population.propensity",
    "sim.population.persons",
    "sim.population.places",
    "sim.population.schedules",
    "sim.population.registration",
    "sim.population.demand",
    "sim.population.contractors",
    "sim.population.crowd",
]


def entities() -> str:
    """A table of state variables for each kind of entity, from the records and the comments beside them."""
    source = inspect.getsource(records)
    lines, parts = source.splitlines(), []
    for node in ast.parse(source).body:
        name = node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else ""
        if name not in ENTITIES:
            continue
        rows = [(f"`{field}`", _type(getattr(records, name), field), said or field.replace("_", " "))
                for field, said in _fields(node, lines)]  # fmt: skip
        table = _table(("state variable", "type", "meaning"), rows)
        size = getattr(records, name).itemsize
        parts.append(f"### {ENTITIES[name]}\n\n`{name}`, {size} bytes each.\n\n{table}")
    return "\n\n".join(parts)


def schedule() -> str:
    """The verbs of a day in their order: what stands beside each in `step`, and what the state says of it."""
    source = textwrap.dedent(inspect.getsource(day.DayByDay.step))
    lines, rows = source.splitlines(), []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            continue
        called = node.value.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "state":
            verb = getattr(state.State, called.attr)
            said = _beside(lines[node.end_lineno - 1])
            rows.append((node.lineno, called.attr, said or "books are cleared for the next day", _first(verb.__doc__)))
    return _table(("step", "verb", "in short", "what it does"), [(n, f"`{v}`", s, d) for n, (_, v, s, d) in
                                                                enumerate(sorted(rows), 1)])  # fmt: skip


def streams_of_chance() -> list[tuple[str, str, str]]:
    """Name, number and meaning of each stream."""
    rows = []
    for line in inspect.getsource(streams).splitlines():
        name, _, rest = line.partition(" = ")
        number, _, said = rest.partition("#")
        if name.isupper() and "_" not in name and number.strip().isdigit() and said:
            rows.append((f"`{name}`", number.strip(), said.strip()))
    return sorted(rows, key=lambda row: int(row[1]))


def streams_table() -> str:
    return _table(("stream", "number", "what it decides"), streams_of_chance())


def submodels() -> str:
    """Every kernel with its docstring, by what it is about."""
    parts = []
    for title, names in SUBMODELS.items():
        parts.append(f"### {title}")
        for name in names:
            module = import_module(name)
            parts.append(f"#### `{name}`\n\n{_plain(module.__doc__)}")
            parts.append(_functions(module))
    return "\n\n".join(part for part in parts if part)


def initialisation() -> str:
    """What makes the people, platforms and clients of the first day."""
    return "\n".join(f"- `{name}`: {_first(import_module(name).__doc__)}" for name in FIRST_DAY)


def _functions(module: ModuleType) -> str:
    """A list of a module's own functions that say what they do, as a dropdown."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    told = [(node.name, ast.get_docstring(node)) for node in own if ast.get_docstring(node)]
    if not told:
        return ""
    entries = "\n\n".join(f"`{name}`\n: {_indented(_plain(said))}" for name, said in told)
    return f":::{{dropdown}} {len(told)} functions\n\n{entries}\n:::"


def _plain(docstring: str | None) -> str:
    """A docstring as Markdown: its NumPy sections as bold words."""
    lines, made = inspect.cleandoc(docstring or "").splitlines(), []
    for line in lines:
        if made and line and not line.strip("-"):
            made[-1] = f"*{made[-1]}*\n"
        elif line.startswith("    ") and line.strip():
            made.append(line.strip())
        else:
            made.append(line)
    return "\n".join(made).replace("$", r"\$")


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _first(docstring: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(docstring or "").partition("\n\n")[0].split())


def _fields(node: ast.Assign, lines: list[str]) -> list[tuple[str, str]]:
    """Field names of a record and the comments beside them, in order."""
    found = []
    for each in ast.walk(node.value):
        if isinstance(each, ast.Tuple) and len(each.elts) >= 2 and isinstance(each.elts[0], ast.Constant):
            found.append((each.lineno, each.col_offset, each.elts[0].value, _beside(lines[each.end_lineno - 1])))
    return [(name, said) for _, _, name, said in sorted(found)]


def _beside(line: str) -> str:
    return line.partition("# ")[2].strip().removeprefix("fmt: skip")


def _type(record: object, field: str) -> str:
    return str(record[field].base)


def _table(head: tuple[str, ...], rows: list[tuple]) -> str:
    """A Markdown table."""
    cells = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in cells)


table = _table
