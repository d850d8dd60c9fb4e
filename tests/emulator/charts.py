"""Helpers of the tests of charts, shared with other tests."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any


def pictures(mail: Mapping[str, Any]) -> dict[str, bytes]:
    found = {
        name: base64.b64decode(url.removeprefix("data:image/png;base64,")) for name, url in mail["inlined"].items()
    }
    assert set(re.findall(r'src="cid:([^"]+)"', mail["html"])) == found.keys()
    return found
