"""Puts this folder on the path, so that every test may import what desk.py offers, and leaves the user's cache alone."""

import os

os.environ["TRIGDSL_CACHE"] = "off"

collect_ignore_glob = ["*.trig"]
"""The rule files in here are for tests to read, not to be run by our own plug-in."""
