"""Reads what somebody typed by rules alone: schedules, events, limits, names; what is not sure is asked."""

from shared.chat.grammar.assemble import parse
from shared.chat.grammar.hints import Hints

__all__ = ["Hints", "parse"]
