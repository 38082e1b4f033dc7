"""Rules for a command: from the cache where they are as they were, else read and checked."""

import gc
import os
from collections.abc import Collection, Sequence
from typing import Any

from attrs import frozen

from trigdsl.interfaces.files import check_are_rules
from trigdsl.runtime import cache
from trigdsl.runtime.ruleset import Loaded


@frozen
class Request:
    """The rules to load: files, folders or libraries, the directory as JSON, and what is not warned of."""

    paths: Sequence[str]
    directory: dict[str, Any] | None = None
    allow: Collection[str] = ()
    cached: bool = True


def load(request: Request) -> Loaded:
    """Return the rules with everything there is to say about them; WrongUseError when a path is no rule file but JSON."""
    check_are_rules(request.paths)
    folder = cache.folder(os.environ) if request.cached else None
    entry = None
    if folder is not None:
        entry = cache.Entry(folder, tuple(request.paths), request.directory, request.allow)
        found = entry.read()
        if found is not None:
            return found
    from trigdsl.runtime import loader  # the parser takes as long to import as everything else together

    # Nearly all that loading makes is kept, so looking for what is not costs more than it frees.
    gc.disable()
    try:
        loaded = loader.load_paths(request.paths, directory=request.directory, allow=request.allow)
        if entry is not None:
            entry.write(loaded)
    finally:
        gc.enable()
    return loaded
