"""Passage -> substance: a result, an action, a commitment or a mention, by bilingual cues of tense and quantity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import yaml

from alignment import resources
from alignment.folding import fold
from alignment.types import Substance
