"""Turns competitors' pages into menus: what a person would read, from the part of the page that says it best."""
