"""A figure drawn once as PNG and as SVG: going through all that it is made of takes longer than drawing it.

Layout and lengths are those of the SVG, a unit of which is a point; what it is told, the PNG is told at its own size.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.transforms import Affine2D, Bbox, TransformedPath
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sim.results.folder import atomic_file

POINTS = 72  # an inch
DPI = 150  # dots, in print
_PACKED = 3  # of PNG, 1 to 9: from here on files become a hundredth smaller, and take twice as long


class Sheet(Figure):
    """A figure that a notebook shows although nobody has loaded pyplot, and that is written at the dots of print."""

    def savefig(self, fname: Any, **how: Any) -> None:
        """As matplotlib's."""
        super().savefig(fname, **{"dpi": DPI} | how)

    def _repr_png_(self):
        written = io.BytesIO()
        self.savefig(written, format="png")
        return written.getvalue()


class Canvas(FigureCanvasBase):
    """What a figure is drawn on that goes to disk in both formats.

    Parameters
    ----------
    figure
    dpi
        Dots an inch of the PNG.
    """

    def __init__(self, figure: Figure, dpi: int) -> None:
        super().__init__(figure)
        width, height = figure.get_size_inches() * POINTS
        self._both = _Both(width, height, dpi)

    def get_renderer(self) -> RendererBase:
        """What measures and draws."""
        return self._both

    def save(self, path: Path, title: str) -> None:
        """Write `path`.png and `path`.svg, each complete, the same bytes for the same figure; once."""
        both = self._both
        both.begin({"Title": title, "Date": None, "Creator": None})
        self.figure.draw(both)
        both.svg.finalize()
        with atomic_file(Path(f"{path}.svg")) as unfinished:
            unfinished.write_text(both.text.getvalue(), encoding="utf-8")
        about = PngInfo()
        about.add_text("Title", title)
        image = Image.fromarray(np.asarray(both.agg.buffer_rgba())).convert("RGB")
        with atomic_file(Path(f"{path}.png")) as unfinished:
            image.save(unfinished, "png", pnginfo=about, compress_level=_PACKED, dpi=(both.dpi, both.dpi))


class _Both(RendererBase):
    """Hands on what it is told to draw to the renderers of both formats."""

    def __init__(self, width: float, height: float, dpi: int) -> None:
        super().__init__()
        self.size, self.dpi, self.text = (width, height), dpi, io.StringIO()
        self._more = dpi / POINTS
        self._larger = Affine2D().scale(self._more)
        self.svg: RendererSVG | None = None
        self.agg = self._dots()
        self._heights: dict[tuple, tuple] = {}
        self._inside: _Agg | None = None  # dots of what is but a picture in the SVG, too

    def begin(self, metadata: dict[str, Any]) -> None:
        """From now on things are drawn; before, they are measured."""
        self.svg = RendererSVG(*self.size, self.text, image_dpi=self.dpi, metadata=metadata)

    def _dots(self):
        return _Agg(self.size[0] * self._more, self.size[1] * self._more, self.dpi)

    def _told(self, what, gc, points, dots, **further):
        """Have both draw something, given in points and in dots."""
        if not self._inside:
            getattr(self.svg, what)(gc, *points, **further)
        larger = GraphicsContextBase()
        larger.copy_properties(gc)
        if (edges := gc.get_clip_rectangle()) is not None:
            larger.set_clip_rectangle(Bbox(edges.get_points() * self._more))
        path, transform = gc.get_clip_path()
        if path is not None:
            larger.set_clip_path(TransformedPath(path, transform + self._larger))
        for each in filter(None, (self.agg, self._inside)):
            getattr(each, what)(larger, *dots, **further)

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        self._told("draw_path", gc, (path, transform, rgbFace), (path, transform + self._larger, rgbFace))

    def draw_markers(self, gc: Any, marker: Any, shape: Any, path: Any, trans: Any, rgbFace: Any = None) -> None:
        larger = marker, shape + self._larger, path, trans + self._larger, rgbFace
        self._told("draw_markers", gc, (marker, shape, path, trans, rgbFace), larger)

    def draw_path_collection(self, gc: Any, master: Any, *given: Any, **further: Any) -> None:  # type: ignore[override]
        paths, transforms, offsets, offset, *how = given
        larger = (master + self._larger).frozen(), paths, transforms, offsets, offset + self._larger, *how
        self._told("draw_path_collection", gc, (master, *given), larger, **further)

    def draw_quad_mesh(self, gc: Any, master: Any, *given: Any) -> None:
        wide, high, coordinates, offsets, offset, *how = given
        larger = (master + self._larger).frozen(), wide, high, coordinates, offsets, offset + self._larger, *how
        self._told("draw_quad_mesh", gc, (master, *given), larger)

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        self._told("draw_image", gc, (x, y, im, transform), (round(x * self._more), round(y * self._more), im))

    def draw_text(self, gc: Any, x: float, y: float, *given: Any, **further: Any) -> None:
        self._told("draw_text", gc, (x, y, *given), (x * self._more, y * self._more, *given), **further)

    def start_rasterizing(self) -> None:
        self._inside = self._dots()

    def stop_rasterizing(self) -> None:
        image, self._inside = np.asarray(self._inside.buffer_rgba()), None
        seen = image[..., 3] > 0
        (across,), (down,) = np.nonzero(seen.any(0)), np.nonzero(seen.any(1))
        if len(across):
            part = image[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
            below = self.size[1] - (down[-1] + 1) / self._more
            self.svg.draw_image(self.svg.new_gc(), across[0] / self._more, below, part[::-1])

    def open_group(self, s: str, gid: str | None = None) -> None:
        self.svg.open_group(s, gid)

    def close_group(self, s: str) -> None:
        self.svg.close_group(s)

    def get_image_magnification(self) -> float:
        return self._more

    def flipy(self) -> bool:
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.size

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        width, height, depth = self.agg.get_text_width_height_descent(s, prop, ismath)
        return width / self._more, height / self._more, depth / self._more

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, ...]:
        """Ascent, descent and gap of lines, as Matplotlib finds them anew for each text; it asks who knows them."""
        key = prop.get_size_in_points(), prop.get_weight(), prop.get_style(), *prop.get_family()
        if key not in self._heights:
            font: Any = get_font(findfont(prop))
            table, unit = font.get_sfnt_table("OS/2"), key[0] / font.get_sfnt_table("head")["unitsPerEm"]
            above, below, gap = (table[f"sTypo{name}"] * unit for name in ("Ascender", "Descender", "LineGap"))
            self._heights[key] = above, -below, gap
        return self._heights[key]


class _Agg(RendererAgg):
    """Writes level text a line at a time rather than a letter, and each line but once, measured or drawn."""

    def _line(self, s, prop):
        """Width, height and depth in dots, picture of a line, and where in it the line begins."""
        font = self._prepare_font(prop)
        key = s, font.fname, prop.get_size_in_points()
        if key not in (lines := self.__dict__.setdefault("lines", {})):
            font.set_text(s, 0, flags=get_hinting_flag())
            size = [length / 64.0 for length in (*font.get_width_height(), font.get_descent())]
            font.draw_glyphs_to_bitmap(antialiased=True)
            lines[key] = size, np.array(font.get_image()), font.get_bitmap_offset()
        return lines[key]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        width, height, depth = self._line(s, prop)[0]
        return width, height, depth

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float, ismath: Any = False,
        mtext: Any = None,
    ) -> None:  # fmt: skip
        if angle or ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        (_, _, depth), image, (left, below) = self._line(s, prop)
        self._renderer.draw_text_image(image, round(x + left / 64.0), round(y + depth + below / 64.0) + 1, 0, gc)
