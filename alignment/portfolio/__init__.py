"""Many assessments -> what they say together: peers, years, near-duplicates, boilerplate; page, workbook, tables."""
