"""Passages -> evidence for elements of a framework."""
