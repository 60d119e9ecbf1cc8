"""Pages that are made of what the program declares, at the time of building: ``{declared} fields`` and the like.

Whatever stands in a declaration, a docstring or a table of the program is read from there, so that it is never written
twice. Each kind of page is a function that gives back Markdown.
"""

import hashlib
from pathlib import Path

import gallery
import odd
import reference
from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PAGES = {
    "fields": reference.fields_tables,
    "asked": reference.asked,
    "policies": reference.policies,
    "platforms": reference.platforms,
    "targets": reference.targets,
    "patterns": reference.patterns,
    "sources": reference.sources,
    "dictionary": reference.dictionary,
    "numbers": reference.numbers,
    "files": reference.files,
    "experiments": reference.experiments,
    "glossary": reference.glossary,
    "entities": odd.entities,
    "schedule": odd.schedule,
    "streams": odd.streams_table,
    "submodels": odd.submodels,
    "initialisation": odd.initialisation,
    "gallery": gallery.page,
}


class Declared(SphinxDirective):
    """``{declared} NAME``: the page of that name, as `PAGES` makes it."""

    required_arguments = 1
    optional_arguments = 4

    def run(self) -> list[Node]:
        name, *words = self.arguments
        self.env.note_reread()
        return self.parse_text_to_nodes(PAGES[name](*words), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Add the directive; figures of the gallery are made before pages are read."""
    app.add_directive("declared", Declared)
    app.connect("builder-inited", lambda app: gallery.make(Path(app.srcdir)))
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return {"version": hashlib.sha256(code).hexdigest()[:8], "parallel_read_safe": False}
