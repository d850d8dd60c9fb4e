"""The events that the product knows."""

from __future__ import annotations

EVENTS = {
    "inventory.low_stock": "when an item falls below its reorder point",
    "inventory.out_of_stock": "when an item is sold out",
    "inventory.restocked": "when a sold-out item is back in stock",
    "inventory.price_changed": "when one of our prices changes",
    "inventory.new_product": "when a product is new in the inventory",
    "customer.signup": "when a new customer signs up",
    "customer.inactive_30d": "when a customer has been away for 30 days",
    "order.completed": "when an order is completed",
    "competitor.price_change": "when a competitor moves a price by 10% or more",
    "competitor.menu_shakeup": "when a competitor changes a fifth of the menu",
    "usage.at_80_percent": "when 80% of a limit is used",
    "org.created": "when the organization is set up",
    "campaign.pre_send": "before a campaign is sent",
}
"""By name, when each happens. An org may have others, of any dotted name."""
