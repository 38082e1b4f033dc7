"""Tests in the language, run: the cast, the stage, the play, and what is judged of it."""
