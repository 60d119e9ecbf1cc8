"""The one writer of what runs and experiments print: paragraphs and tables, plain English in ASCII on any terminal.

Rich, which lays the tables out, is loaded when there is one to print, long after a run's first line.
"""

import io
import shutil
import textwrap
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sim.report.language.words import NARROW, TIED

_MOST = 100  # characters of a line, where the terminal has them; 80 where nobody knows
_ASCII = str.maketrans({TIED: " ", NARROW: " ", "\N{EN DASH}": "-", "\N{MINUS SIGN}": "-"})
_RULES = "    \n    \n -- \n    \n -- \n    \n    \n    \n"  # below the heads and between sections


class Table(NamedTuple):
    """Rows of text below their heads; columns `left` hold text, all others numbers, and a row None is a rule."""

    heads: Sequence[str]
    rows: list[Sequence[str] | None]
    left: Collection[int] = (0,)


def table(heads: Sequence[str], rows: Iterable[Sequence[str] | None], left: Collection[int] = (0,)) -> Table:
    """A table to be printed; what a row lacks at its end is empty."""
    return Table(heads, [row and [*row, *[""] * (len(heads) - len(row))] for row in rows], left)


def printed(*blocks: str | Table) -> str:
    """The blocks below each other, as wide as the terminal allows; what follows an indented line hangs below it."""
    from rich.console import Console

    width = min(shutil.get_terminal_size().columns, _MOST)
    text = io.StringIO()
    page = Console(file=text, width=9 * _MOST, color_system=None, markup=False, highlight=False, emoji=False)
    for block in blocks:
        page.print(_wrapped(block, width) if isinstance(block, str) else _laid_out(block, width))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().translate(_ASCII).splitlines())


def _laid_out(block, width):
    """Rich's table; where the terminal is too narrow the widest text is broken between words, and nothing is cut."""
    from rich.box import Box
    from rich.padding import Padding
    from rich.table import Table as Rich

    columns = [[*cells] for cells in zip(block.heads, *filter(None, block.rows), strict=True)]
    sizes = [max(len(line) for cell in cells for line in cell.split("\n")) for cells in columns]
    broken = max(block.left, key=lambda place: sizes[place])
    words = [len(cell) - len(cell.lstrip()) + len(word) for cell in columns[broken] for word in cell.split()]
    roomy = sum(sizes) + 2 * len(sizes) - 2 <= width
    sizes[broken] = max([min(sizes[broken], width - sum(sizes) + sizes[broken] - len(sizes) + 1), *words])
    made = Rich(box=Box(_RULES, ascii=True), show_header=any(block.heads), show_edge=False, pad_edge=False,
                 padding=(0, int(roomy), 0, 0))  # fmt: skip
    for place, head in enumerate(block.heads):
        made.add_column(head, justify="left" if place in block.left else "right", width=sizes[place])
    for row in block.rows:
        if row is None:
            made.add_section()
        else:
            made.add_row(*(Padding(cell.strip(), (0, 0, 0, len(cell) - len(cell.lstrip()))) for cell in row))
    return made


def _wrapped(text: str, width: int) -> str:
    lines = []
    for line in text.split("\n"):
        if set(line) == {"="}:
            line = line[:width]
        indent = " " * (len(line) - len(line.lstrip()))
        hanging = indent and f"{indent}  "
        lines.append(textwrap.fill(line.strip(), width, initial_indent=indent, subsequent_indent=hanging))
    return "\n".join(lines)


def rule(title: str) -> str:
    """A title underlined."""
    return f"{title}\n{'=' * len(title)}"
