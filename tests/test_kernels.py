"""What kernels say of themselves, held against their syntax trees.

Each kernel that writes has a line ``Writes: ...`` in its docstring. It names, of each record of the market that the
kernel is given, the columns it writes itself or through the kernels it calls (``people.workers``); the record alone
where these are more than `SEVERAL`, or where the kernel is given the whole market; and arrays and single records by
the names of the arguments.
"""

import ast
import re

import pytest
from test_architecture import KERNELS, SOURCES, TREES, belongs

from sim.kernel.arrays import Market

SEVERAL = 4
RECORDS = {name: set(kind._fields) for name, kind in Market.__annotations__.items() if hasattr(kind, "_fields")}
POSITIONS = {"sim.kernel.streams"}  # a key is three words of one kind, as counters are: their places are their names


def kernels():
    """Every compiled function of ours, by module and name."""
    for module in SOURCES:
        if belongs(module, (*KERNELS, "sim.kernel")):
            for node in TREES[module].body:
                marks = {mark.id for mark in getattr(node, "decorator_list", ()) if isinstance(mark, ast.Name)}
                if isinstance(node, ast.FunctionDef) and marks & {"kernel", "inner", "inlined"}:
                    yield (module, node.name), node


ALL = dict(kernels())


def called(module, name):
    """The kernel of ours that a name stands for in a module, if it is one."""
    if (module, name) in ALL:
        return module, name
    for node in TREES[module].body:
        if isinstance(node, ast.ImportFrom) and name in {alias.asname or alias.name for alias in node.names}:
            there = next(alias.name for alias in node.names if (alias.asname or alias.name) == name)
            return (node.module, there) if (node.module, there) in ALL else None


class Views:
    """What the names in a kernel stand for: its arguments, columns of their records, and views on these."""

    def __init__(self, node):
        self.names = {argument.arg: {argument.arg} for argument in node.args.args}
        assigned = [one for one in ast.walk(node) if isinstance(one, ast.Assign)]
        for _ in range(3):  # views on views on views
            for one in assigned:
                for target in one.targets:
                    self._assign(target, one.value)

    def _assign(self, target, value):
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for left, right in zip(target.elts, value.elts, strict=True):
                self._assign(left, right)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Name) and value.id == "market":
            self.names |= {left.id: {name} for left, name in zip(target.elts, Market._fields, strict=True)}
        elif isinstance(target, ast.Name):
            self.names[target.id] = self.names.get(target.id, set()) | self.of(value)

    def of(self, value):
        """The arguments and columns that an expression is, or is a view on."""
        if isinstance(value, ast.Name):
            return self.names.get(value.id, set())
        if isinstance(value, ast.Attribute):
            roots = self.of(value.value)
            if roots == {"market"} and value.attr in Market._fields:
                return {value.attr}
            return {f"{root}.{value.attr}" if value.attr in RECORDS.get(root, ()) else root for root in roots}
        if isinstance(value, ast.IfExp):
            return self.of(value.body) | self.of(value.orelse)
        return self.of(value.value) if isinstance(value, ast.Subscript) else set()


def targets(node):
    """What is assigned to in a kernel."""
    for one in ast.walk(node):
        assigned = (
            one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AugAssign) else []
        )
        for target in assigned:
            yield from target.elts if isinstance(target, ast.Tuple) else [target]


def computed():
    """What each kernel writes, from the syntax trees: a set of arguments and of their columns."""
    views = {kernel: Views(node) for kernel, node in ALL.items()}
    written = {kernel: set() for kernel in ALL}
    calls = {kernel: [] for kernel in ALL}
    for kernel, node in ALL.items():
        for target in targets(node):
            if isinstance(target, ast.Attribute | ast.Subscript):
                written[kernel] |= views[kernel].of(target.value)
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and called(kernel[0], one.func.id):
                assert not one.keywords, f"{kernel}: a kernel is called by place"
                calls[kernel].append((called(kernel[0], one.func.id), one.args))
    before = None
    while before != written:
        before = {kernel: set(names) for kernel, names in written.items()}
        for kernel in ALL:
            for other, arguments in calls[kernel]:
                names = [argument.arg for argument in ALL[other].args.args]
                given = {name: views[kernel].of(value) for name, value in zip(names, arguments, strict=True)}
                for name in written[other]:
                    root, _, column = name.partition(".")
                    if root in given:
                        written[kernel] |= {f"{path}.{column}" if column else path for path in given[root]}
                    else:  # a record of a market given whole
                        written[kernel].add(name)
    return written


def line(node, written):
    """The names as the docstring has them."""
    whole = "market" in {argument.arg for argument in node.args.args}
    columns = {record: sorted(name for name in written if name.startswith(f"{record}.")) for record in RECORDS}
    parts = [name for name in sorted(written) if "." not in name]
    for record, names in columns.items():
        parts += [record] if names and (whole or len(names) > SEVERAL) else names
    return ", ".join(parts)


WRITTEN = computed()


@pytest.mark.parametrize("kernel", ALL, ids=".".join)
def test_a_kernel_says_what_it_writes(kernel):
    said = re.search(r"^\s*Writes: ([^:]*?)\.(?:\n\n|$)", ast.get_docstring(ALL[kernel]) or "", re.MULTILINE)
    assert (" ".join(said.group(1).split()) if said else "") == line(ALL[kernel], WRITTEN[kernel])


@pytest.mark.parametrize("kernel", [kernel for kernel in ALL if kernel[0] not in POSITIONS], ids=".".join)
def test_no_place_in_an_array_has_a_meaning(kernel):
    """What stands in one place of an array and means something of its own has a name."""
    views = Views(ALL[kernel])
    for one in ast.walk(ALL[kernel]):
        if isinstance(one, ast.Subscript) and views.of(one.value):
            index = one.slice.elts if isinstance(one.slice, ast.Tuple) else [one.slice]
            assert not [part for part in index if isinstance(part, ast.Constant)], f"{kernel}: {ast.unparse(one)}"


def test_few_kernels_are_given_the_whole_market():
    whole = [kernel for kernel, node in ALL.items() if "market" in {argument.arg for argument in node.args.args}]
    assert len(whole) <= 28, whole  # of a day, and of what may meet a batch that was taken from elsewhere


def test_the_analysis_sees_every_way_to_write():
    code = """
def kernel(market, people, batch, crowd, n):
    _, _, firms, book, _, _, _ = market
    worker, other = people.workers[n], book.batches[n].left
    worker.used, crowd[n] = 1, n
    batch["left"] -= 1
    row = firms.clients[n] if n else firms.clients[0]
    client = firms.clients
    mine = client[n]
    mine.spent += 1
"""
    node = ast.parse(code).body[0]
    views = Views(node)
    found = set().union(*(views.of(t.value) for t in targets(node) if isinstance(t, ast.Attribute | ast.Subscript)))
    assert found == {"people.workers", "crowd", "batch", "firms.clients"}


def test_one_module_asks_of_what_structure_a_platform_is():
    """Others read what is so on platforms of a structure: `sim.kernel.categories.STRUCTURE` and the PLATFORM record."""
    words, asking = {"'deep'", "'biface'", "DEEP", "BIFACE"}, set()
    for name, tree in TREES.items():
        for one in ast.walk(tree):
            if isinstance(one, ast.Compare):
                if any(ast.unparse(side) in words for side in (one.left, *one.comparators)):
                    asking.add(name)
    assert asking == {"sim.markets.structures"}
