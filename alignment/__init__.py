"""Tells, with evidence, how far an ESG report covers China's 14th Five-Year Plan for Industrial Green Development."""

__version__ = "0.1.0"
