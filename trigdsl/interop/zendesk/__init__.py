"""Zendesk's own formats: what its tickets went through, and its triggers."""
