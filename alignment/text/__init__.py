"""Text: its characters, how it is cleaned, folded, read, and split into sentences."""
