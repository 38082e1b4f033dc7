"""The language of everything that does not say another."""

ENGLISH = "en"
