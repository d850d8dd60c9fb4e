"""Competitors' pages to menus: what a person would read on them, from whichever part of the page says it best."""
