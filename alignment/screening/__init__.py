"""The pipeline over many files: folder or manifest -> reports, tables and a portfolio page; nothing done is ever lost."""

from alignment.screening.records import Copy, ElementRow, Failure, Filing, Place, Portfolio, Screened
from alignment.screening.run import Progress, Request, screen

__all__ = ["Copy", "ElementRow", "Failure", "Filing", "Place", "Portfolio", "Progress", "Request", "Screened", "screen"]
