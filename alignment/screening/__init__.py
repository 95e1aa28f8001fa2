"""Thousands of filings: found, deduplicated, assessed by workers that may die, and summed up."""
