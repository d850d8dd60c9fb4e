"""Actions of control and of plain data."""
