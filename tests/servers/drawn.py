"""Pictures that are drawn for a test: noise, which no format makes small."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image


def noise(width: int, height: int, form: str, mode: str = "RGB", **options: Any) -> bytes:
    """A picture in the format that Pillow calls ``form``; the same one each time."""
    dots = random.Random(1).randbytes(width * height * len(mode))
    file = io.BytesIO()
    Image.frombytes(mode, (width, height), dots).save(file, form, **options)
    return file.getvalue()
