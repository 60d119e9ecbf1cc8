"""The one writer of what runs and experiments print: paragraphs and tables, plain English in ASCII on any terminal.

Rich, which lays the tables out, is loaded when there is one to print, long after a run's first line.
"""

import io
import shutil
import textwrap
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from sim.report.language.words import NARROW, TIED

if TYPE_CHECKING:
    from rich.table import Table

_MOST = 100  # characters of a line, where the terminal has them; 80 where nobody knows
_ASCII = str.maketrans({TIED: " ", NARROW: " ", "\N{EN DASH}": "-", "\N{MINUS SIGN}": "-"})
_ASCII |= str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'"})
_RULES = "    \n    \n -- \n    \n -- \n    \n    \n    \n"  # below the heads and between sections


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _MOST)


def rule(title: str) -> str:
    """A title underlined."""
    return f"{title}\n{'=' * min(len(title), _width())}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str] | None], left: Collection[int] = (0,)) -> "Table":
    """A table whose columns `left` hold text, all others numbers; what a row lacks is empty, and None is a rule.

    Where the terminal is too narrow the widest text is broken between words; nothing is ever cut.
    """
    from rich.box import Box
    from rich.padding import Padding
    from rich.table import Table

    rows = [row and [*row, *[""] * (len(heads) - len(row))] for row in rows]
    columns = [*zip(heads, *filter(None, rows), strict=True)]
    sizes = [max(len(line) for cell in cells for line in cell.split("\n")) for cells in columns]
    broken = max(left, key=lambda place: sizes[place])
    words = [len(cell) - len(cell.lstrip()) + len(word) for cell in columns[broken] for word in cell.split()]
    room = _width() - sum(sizes) - len(sizes) + 1
    sizes[broken] = max([sizes[broken] + min(room, 0), *words])
    gap = (0, int(room >= len(sizes) - 1), 0, 0)
    made = Table(box=Box(_RULES, ascii=True), show_header=any(heads), show_edge=False, pad_edge=False, padding=gap)
    for place, head in enumerate(heads):
        made.add_column(head, justify="left" if place in left else "right", width=sizes[place])
    for row in rows:
        if row is None:
            made.add_section()
        else:
            made.add_row(*(Padding(cell.strip(), (0, 0, 0, len(cell) - len(cell.lstrip()))) for cell in row))
    return made


def printed(*blocks: "str | Table") -> str:
    """The blocks below each other, as wide as the terminal allows; what follows an indented line hangs below it."""
    from rich.console import Console

    text = io.StringIO()
    page = Console(file=text, width=9 * _MOST, color_system=None, markup=False, highlight=False, emoji=False)
    for block in blocks:
        page.print("\n".join(map(_wrapped, block.split("\n"))) if isinstance(block, str) else block)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().translate(_ASCII).splitlines())


def _wrapped(line):
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(line.strip(), _width(), initial_indent=indent, subsequent_indent=indent and f"{indent}  ")
