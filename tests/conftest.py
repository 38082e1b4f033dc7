"""Puts this folder on the path, so that every test may import what desk.py offers, and leaves the user's cache alone."""

import os

os.environ["TRIGDSL_CACHE"] = "off"
