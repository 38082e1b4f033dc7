"""Puts this folder on the path, so that every test may import what desk.py offers, and leaves the user's cache alone."""

import os

from hypothesis import settings

os.environ["TRIGDSL_CACHE"] = "off"

settings.register_profile("same", derandomize=True)
settings.load_profile("same")
"""The same cases at every run: a change passes or fails by what it changes. `make fuzz` looks for new cases."""

collect_ignore_glob = ["*.trig"]
"""The rule files in here are for tests to read, not to be run by our own plug-in."""
