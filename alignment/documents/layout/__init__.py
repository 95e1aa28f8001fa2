"""Segments of a page -> lines, columns, tables and blocks in the order of reading."""
