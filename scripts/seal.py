"""Writes the digest of every file below `corpus/` and `indexes/`; run after each deliberate change of one."""

from alignment import resources

if __name__ == "__main__":
    resources.write_seal()
