"""Pairs of products as menus name them, and whether their prices can be set side by side."""
