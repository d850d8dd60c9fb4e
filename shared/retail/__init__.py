"""A shop's own figures: inventory, orders, customers, campaigns and locations, read and computed."""
