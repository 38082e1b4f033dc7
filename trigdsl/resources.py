"""Where the grammar and the standard library are: inside an installed package, else beside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `grammar` or `stdlib`, in a wheel, an editable install or a bare checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
