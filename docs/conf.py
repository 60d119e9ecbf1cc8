"""The documentation site: ``python -m sphinx -W --keep-going -n docs build/site`` (``pip install '.[docs]'``)."""

import os
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE / "_ext")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))  # of notebooks

about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
project, version = about["name"], about["version"]
author = copyright = "The microwork-market developers"

extensions = [
    "declared",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_ext", "generated", "jupyter_execute"]
suppress_warnings = ["config.cache", "mystnb.unknown_mime_type"]
default_role = "code"
nitpick_ignore_regex = [("py:.*", ".*")]  # types of other libraries: the site is built without network

myst_enable_extensions = ["colon_fence", "deflist", "attrs_block"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "notebooks")
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

autosummary_generate = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_depth": 2,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": {"tutorials/*": [], "[!t]**": ["page-toc"]},
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
}
_ALONE = ["index", "gallery", "glossary", "cost", "api", "built_with", "changes", "evidence/targets"]  # and long tables
_ALONE += [f"model/{name}" for name in ("fields", "platforms", "policies")] + ["data/dictionary", "data/experiments"]
html_sidebars = {name: [] for name in _ALONE}
copybutton_prompt_text = "$ "
linkcheck_timeout = 20
linkcheck_workers = 4
