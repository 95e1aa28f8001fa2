"""Which characters are Chinese, which are letters, which are digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
