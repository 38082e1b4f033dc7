"""Where rules and their templates lie on disk, and in which order they are read."""

from pathlib import Path


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; a name that no file can have is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def rule_files(folder: Path) -> list[Path]:
    """Return the rule files of a folder by name, those of its folders too; hidden ones are left out."""
    found = (
        p
        for p in folder.rglob("*.trig")
        if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )
    return sorted(found, key=lambda p: p.relative_to(folder).parts)


def template_files(folder: Path) -> list[Path]:
    """Return what lies beside the rule files of a folder, by name: templates, what the account knows, and labels."""
    texts = (p for ending in ("txt", "html", "liquid") for p in folder.glob(f"templates/*/*.{ending}"))
    return sorted((*texts, *folder.glob("templates/*.json"), *folder.glob("labels/*.toml")))
