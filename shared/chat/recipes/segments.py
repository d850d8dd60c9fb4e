"""The groups of customers that campaigns are drafted for, as `customer_segments` names them, in plain words."""

from __future__ import annotations

SEGMENTS = {
    "vip": "your VIP customers",
    "loyal": "your loyal customers",
    "new": "your new customers",
    "active": "your active customers",
    "at_risk": "customers who may be about to leave",
    "lapsed": "customers who have not been here for long",
}
