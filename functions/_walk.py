"""Shared by the functions that handle a walk's pages."""

from __future__ import annotations

from pydantic import Field

from shared.api.http import Body
from shared.gcp.daily_walk import WalkPage


class WalkBody(Body):
    """What `shared.gcp.daily_walk` puts into a task."""

    walk: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")
    source: str = Field(default="", max_length=32)
    after: str | None = Field(default=None, min_length=1, max_length=6_200)

    @property
    def page(self) -> WalkPage:
        """The page that the task stands for."""
        return WalkPage(self.walk, self.source, self.after)
