"""Reads what somebody typed: schedules, events, limits, channels and names, by rules alone; what is not sure is asked."""

from shared.chat.grammar.assemble import parse
from shared.chat.grammar.hints import Hints

__all__ = ["Hints", "parse"]
