"""A picture of a page -> its words, and how sure the engine is."""
