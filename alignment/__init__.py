"""Tells, with evidence, how far an ESG report covers China's 14th Five-Year Plan for Industrial Green Development.

The names below are the public ones. Each is loaded from its module when it is first used, so that importing the
package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from alignment.assessment.coverage import Rules
    from alignment.documents import Limits, read
    from alignment.documents.isolated import Reader
    from alignment.errors import AlignmentError, DocumentError, VerificationError
    from alignment.frameworks import find_profile
    from alignment.frameworks import load as load_framework
    from alignment.passages import Size, split
    from alignment.pipeline import Pipeline
    from alignment.reports.html import to_html
    from alignment.reports.json import to_json
    from alignment.settings import Settings
    from alignment.types import (
        Assessment,
        Coverage,
        Document,
        Element,
        Evidence,
        Figure,
        Framework,
        Page,
        PageState,
        Passage,
        Preset,
        Status,
        Substance,
        Thresholds,
    )
    from alignment.verification import Verification, verify

__all__ = [
    "AlignmentError",
    "Assessment",
    "Coverage",
    "Document",
    "DocumentError",
    "Element",
    "Evidence",
    "Figure",
    "Framework",
    "Limits",
    "Page",
    "PageState",
    "Passage",
    "Pipeline",
    "Preset",
    "Reader",
    "Rules",
    "Settings",
    "Size",
    "Status",
    "Substance",
    "Thresholds",
    "Verification",
    "VerificationError",
    "find_profile",
    "load_framework",
    "read",
    "split",
    "to_html",
    "to_json",
    "verify",
]

_MODULES = {
    "AlignmentError": "errors",
    "Assessment": "types",
    "Coverage": "types",
    "Document": "types",
    "DocumentError": "errors",
    "Element": "types",
    "Evidence": "types",
    "Figure": "types",
    "Framework": "types",
    "Limits": "documents",
    "Page": "types",
    "PageState": "types",
    "Passage": "types",
    "Pipeline": "pipeline",
    "Preset": "types",
    "Reader": "documents.isolated",
    "Rules": "assessment.coverage",
    "Settings": "settings",
    "Size": "passages",
    "Status": "types",
    "Substance": "types",
    "Thresholds": "types",
    "Verification": "verification",
    "VerificationError": "errors",
    "find_profile": "frameworks",
    "load_framework": "frameworks:load",
    "read": "documents",
    "split": "passages",
    "to_html": "reports.html",
    "to_json": "reports.json",
    "verify": "verification",
}
"""Public name -> its module, and after a colon its name there where that is another."""

if not TYPE_CHECKING:
    # Hidden from type checkers, which would take every name for a public one.
    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module, _, own = _MODULES[name].partition(":")
        value = getattr(import_module(f"{__name__}.{module}"), own or name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
