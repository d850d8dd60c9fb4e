"""Attempts to give the product orders from within what it reads, and how one tells that they changed nothing."""
