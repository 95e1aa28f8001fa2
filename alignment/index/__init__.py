"""Vectors of passages -> a FAISS index of reports, and its search."""
