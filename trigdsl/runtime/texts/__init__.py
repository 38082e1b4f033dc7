"""Texts for people: what may stand in one, what it reads, and how it is rendered."""
