"""Which code made a checkpoint, and in what the code here is another: a market goes on only where it was made."""

from typing import Any

from sim.results.provenance import commit, model_code, released, versions

_BITS = ("python", "numpy", "numba")  # versions on which the bits of a market rest
_TOLD = 3  # files that are named


def origin() -> dict[str, Any]:
    """What a checkpoint says of the code that made it."""
    libraries = {name: version for name, version in versions().items() if name in _BITS}
    return {"version": released(), "commit": commit(), "versions": libraries, "files": model_code()}


def differs(born: dict[str, Any]) -> str:
    """In which files of the model and which libraries the code here is another; "" if in none."""
    there, here = (born.get("files") or {}, born.get("versions") or {}), (model_code(), versions())
    files = sorted(name for name in {*there[0], *here[0]} if there[0].get(name) != here[0].get(name))
    told = [", ".join(files[:_TOLD]) + (f" and {len(files) - _TOLD} more files" if len(files) > _TOLD else "")]
    told += [f"{name} {there[1].get(name)} there, {here[1][name]} here" for name in _BITS
             if there[1].get(name) != here[1][name]]  # fmt: skip
    apart = "; ".join(filter(None, told))
    return (
        f"{apart} (made by {_named(born)}; here is {_named({'version': released(), 'commit': commit()})})"
        if apart
        else ""
    )


def _named(born):
    parts = [f"{name} {str(born[name])[:10]}" for name in ("version", "commit") if born.get(name)]
    return ", ".join(parts) or "an unknown version"
