"""Where the grammar, the standard library and the catalogue of mistakes are: inside an installed package, else beside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `grammar`, `stdlib` or `docs`, in a wheel, an editable install or a bare checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
