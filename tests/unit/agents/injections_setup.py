"""Helpers of the tests of injections, shared with other tests."""

from __future__ import annotations

import re

OUR_TAGS = re.compile(r'<data name="[a-z0-9_]+">|</data>|<request>|</request>')
