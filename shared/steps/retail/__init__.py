"""Actions about the shop's own figures: shelves, sales, customers, campaigns and locations. They only read."""
