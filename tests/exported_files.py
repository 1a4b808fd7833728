"""Files of a whole register as a forger would change them: with a checksum that fits again."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any


def forge(path: Path, change: Callable[[Any], object]) -> None:
    """Change what the file holds, and write its checksum anew."""
    content = json.loads(path.read_bytes())
    del content["sha256"]
    change(content)
    before = json.dumps(content).removesuffix("}") + ",\n"
    path.write_text(f'{before}"sha256": "{sha256(before.encode()).hexdigest()}"}}\n', encoding="utf-8")
