"""Triggers of Zendesk's as rules: each part is said in the language, or kept word for word with the reason."""
