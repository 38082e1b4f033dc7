"""Rules changed one small thing at a time, to see whether tests notice."""
