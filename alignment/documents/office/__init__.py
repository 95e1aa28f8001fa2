"""Parts of Office packages: text, tables, notes, charts, rows of sheets."""
