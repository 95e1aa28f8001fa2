"""A quote -> where its glyphs are on the page, as a small picture."""
