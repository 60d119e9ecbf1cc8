"""A brief on paper: two A4 pages of PDF, drawn with fpdf2, which needs no library of the system.

Fonts are embedded, headings, paragraphs and pictures tagged, language and title told, so that the file can be archived,
searched and read aloud. The same brief gives the same bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import matplotlib
from fpdf import FPDF, FPDF_VERSION, ViewerPreferences
from fpdf.enums import Align

from sim.report.page.brief import Brief, Line
from sim.report.page.strips import Mark, Strips

SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)  # of all type: the largest with which two pages hold it
_INK, _SOFT, _LINK, _WASH, _RULE, _BAND = "#1b1e23", "#555b66", "#0b4f86", "#f3f6f9", "#c9ced6", "#c3ccd8"
_MARGIN, _WIDTH, _BOTTOM = 15.0, 180.0, 280.0  # mm
_NAME, _NUMBER, _GAP = 50.0, 24.0, 5.0  # widths of a row's parts, mm
_LEADING = 0.5  # mm a line for each point of type
_BORN = datetime(2018, 7, 31, tzinfo=UTC)  # the end of the survey: no file tells when it was printed


class Sheet(NamedTuple):
    """What stands on the two pages."""

    title: str
    under: str
    language: str
    brief: Brief
    sources: str  # heading of the brief's sources
    sections: dict[str, list[str]]  # paragraphs of the second page, by heading
    picture: tuple[Path, str] | None = None  # of the second page: a PNG, and what it shows


class _Paper(FPDF):
    """A4 with a cursor that goes down, and type of one family."""

    def __init__(self, sheet: Sheet, size: float) -> None:
        super().__init__(format="A4")
        self.size, self.kept = size, True  # whether all has stood on the page
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(False)
        self.c_margin = 0
        fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self.add_font("type", "", fonts / "DejaVuSans.ttf")
        self.add_font("type", "B", fonts / "DejaVuSans-Bold.ttf")
        self.set_title(sheet.title)
        self.set_subject(sheet.under)
        self.set_lang(sheet.language)
        self.set_creator("microwork-market")
        self.set_producer(f"fpdf2 {FPDF_VERSION}")
        self.set_creation_date(_BORN)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    @contextmanager
    def tagged(self, kind: str, alt: str | None = None) -> Iterator[None]:
        """What is drawn inside is one element of the document: H1, P, Figure."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=number, alt_text=alt)
        self._out(f"/{kind} <</MCID {number}>> BDC")
        yield
        self._out("EMC")

    def told(self, text: str, size: float, x: float = _MARGIN, width: float = _WIDTH, *, bold: bool = False,
             colour: str = _INK, kind: str = "P", right: bool = False, link: str = "") -> None:  # fmt: skip
        """A paragraph at the cursor, which goes below it."""
        self.set_font("type", "B" if bold else "", size * self.size)
        self.set_text_color(colour)
        self.set_x(x)
        line, align = size * self.size * _LEADING, Align.R if right else Align.L
        with self.tagged(kind):
            self.multi_cell(width, line, text, align=align, new_x="LEFT", new_y="NEXT", link=link, padding=0)
        self.kept = self.kept and self.y <= _BOTTOM

    def rule(self, colour: str = _RULE, thick: float = 0.2, x: float = _MARGIN, width: float = _WIDTH) -> None:
        """A line across at the cursor."""
        self.set_draw_color(colour)
        self.set_line_width(thick)
        self.line(x, self.y, x + width, self.y)


def paper(sheet: Sheet) -> bytes:
    """The PDF of a sheet: two pages, in the largest type with which they hold all of it."""
    for size in SIZES:
        made = _drawn(sheet, size)
        printed = bytes(made.output()) if made.kept or size == SIZES[-1] else b""
        for font in made.fonts.values():
            font.ttfont.close()  # fpdf2 leaves the files open
        if printed:
            break
    return printed


def _drawn(sheet, size):
    made = _Paper(sheet, size)
    made.add_page()
    made.told(f"{sheet.title} · {sheet.under}", 7.5, colour=_SOFT)
    made.y += 2
    made.told(sheet.brief.finding, 16, bold=True, kind="H1")
    made.y += 5
    if sheet.brief.lines:
        _heads(made, sheet.brief)
        for line in sheet.brief.lines:
            _row(made, line, sheet.brief.strips)
    made.y += 6
    _columns(made, sheet)
    made.add_page()
    _second(made, sheet)
    return made


def _heads(made, brief):
    """Names and meanings of the columns, and the scale of the strips."""
    top, low = made.y, made.y
    made.told(brief.about, 9, width=_NAME, bold=True)
    for place, head in enumerate(brief.heads):
        made.y, x = top, _MARGIN + _NAME + place * _NUMBER
        made.told(head.text, 9, x + 2, _NUMBER - 2, bold=True, right=True)
        if head.soft:
            made.told(head.soft, 7, x + 2, _NUMBER - 2, colour=_SOFT, right=True)
        low = max(low, made.y)
    if brief.strips:
        x, width = _strip(brief)
        made.y = top
        made.told(brief.strips.title, 8, x, width, bold=True)
        low = max(low, made.y + 5)
        _ticks(made, brief.strips, x, width, low)
    made.y = low + 1
    made.rule(_INK, 0.5)


def _strip(brief):
    """Where strips begin, and how wide they are."""
    x = _MARGIN + _NAME + len(brief.heads) * _NUMBER + _GAP
    return x, _MARGIN + _WIDTH - x


def _ticks(made, strips, x, width, low):
    made.set_font("type", "", 6.5 * made.size)
    made.set_text_color(_SOFT)
    for at, name in strips.ticks:
        long = made.get_string_width(name)
        made.text(x + width * at / 100 - long * at / 100, low, name)


def _row(made, line: Line, strips: Strips | None):
    """A row: name and meaning, numbers, strip."""
    top = made.y + 3
    made.y = top
    made.told(line.name, 11, width=_NAME, bold=True)
    made.told(line.soft, 7.5, width=_NAME, colour=_SOFT)
    low = made.y
    for place, cell in enumerate(line.cells):
        made.y, x = top + 0.5, _MARGIN + _NAME + place * _NUMBER
        made.told(cell.text, 12, x, _NUMBER, bold=True, right=True)
        if cell.soft:
            made.told(cell.soft, 7.5, x, _NUMBER, colour=_SOFT, right=True)
        low = max(low, made.y)
    if strips:
        x = _MARGIN + _NAME + len(line.cells) * _NUMBER + _GAP
        low = max(low, top + 21)
        with made.tagged("Figure", line.said):
            _marks(made, line.marks, strips, (x, top, _MARGIN + _WIDTH - x, low - top))
    made.y = low + 3
    made.rule()


def _marks(made, marks: list[Mark], strips: Strips, box):
    """The strip of a row in a box (x, y, width, height)."""
    x, y, width, height = box
    middle = y + height / 2
    made.set_fill_color(_WASH)
    made.rect(x, y, width, height, style="F")
    for mark in (mark for mark in marks if mark.kind == "truth" and mark.wide):
        made.set_fill_color(_BAND)
        made.rect(x + width * mark.low / 100, y, width * mark.wide / 100, height, style="F")
    for place, (at, _) in enumerate(strips.ticks):
        central = place == len(strips.ticks) // 2
        made.set_draw_color(_INK if central else _RULE)
        made.set_line_width(0.7 if central else 0.2)
        made.line(x + width * at / 100, y, x + width * at / 100, y + height)
    for mark in (mark for mark in marks if mark.kind != "truth"):
        at = x + width * mark.at / 100
        made.set_draw_color(_LINK if mark.kind == "reading" else _INK)
        if mark.wide:
            made.set_line_width(0.9)
            made.line(x + width * mark.low / 100, middle, x + width * (mark.low + mark.wide) / 100, middle)
        made.set_line_width(0.5)
        if mark.kind == "reading":
            made.set_fill_color(_LINK)
            made.circle(at, middle, 1.6, style="F")
        else:
            made.set_fill_color("#ffffff")
            made.polygon([(at - 1.8, middle), (at, middle - 1.8), (at + 1.8, middle), (at, middle + 1.8)], style="DF")
        made.set_font("type", "B" if mark.kind == "reading" else "", 7 * made.size)
        made.set_text_color(_INK if mark.kind == "reading" else _SOFT)
        long = made.get_string_width(mark.name)
        left = at + 1.5 if mark.side == "right" else at - long - 1.5
        made.text(left, y + 3.2 if mark.kind == "reading" else y + height - 1.4, mark.name)


def _columns(made, sheet):
    """How sure, what is not said, and sources, side by side."""
    names = [*sheet.brief.columns, sheet.sources]
    top, low, gap = made.y, made.y, 6.0
    width = (_WIDTH - gap * (len(names) - 1)) / len(names)
    for place, name in enumerate(names):
        made.y, x = top, _MARGIN + place * (width + gap)
        made.rule(_LINK, 0.9, x, width)
        made.y += 1.5
        made.told(name, 11, x, width, bold=True, kind="H2")
        for text in sheet.brief.columns.get(name, ()):
            made.y += 1.2
            made.told(text, 9, x, width)
        if name == sheet.sources:
            for label, address in sheet.brief.sources:
                made.y += 1.2
                made.told(label, 9, x, width, colour=_LINK if address else _INK, link=address)
        low = max(low, made.y)
    made.y = low


def _second(made, sheet):
    """The picture, and what was simulated."""
    if sheet.picture:
        path, alt = sheet.picture
        with made.tagged("Figure", alt):
            shown = made.image(str(path), x=_MARGIN, y=made.y, w=_WIDTH)
        made.y += shown.rendered_height + 3
    for name, paragraphs in sheet.sections.items():
        made.told(name, 12, bold=True, kind="H2")
        made.y += 1
        for text in paragraphs:
            made.told(text, 9)
            made.y += 1.5
        made.y += 2.5
    made.kept = made.kept and made.y <= _BOTTOM + 4
