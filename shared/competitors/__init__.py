"""Competitors: fetching their menus and comparing their prices with ours."""
