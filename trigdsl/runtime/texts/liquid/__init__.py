"""Liquid bodies, as Zendesk has them, by python-liquid: imported when the first of them is read."""
