import { entryOf } from "../../format/words";

/** Realistic sample data for event playbooks. Pure. */

const ITEM = {
  itemId: "sample-item",
  name: "Blue Dream 3.5g",
  category: "Flower",
  price: 35,
  quantity: 2,
  reorderPoint: 5,
  before: { quantity: 6 },
};
const CUSTOMER = { customerId: "sample-customer", name: "Sam Sample", email: "sam@example.com" };
const COMPETITOR = { competitor: "Green Leaf", competitorId: "sample-competitor" };

const SAMPLES: Record<string, Record<string, unknown>> = {
  "order.completed": { orderId: "sample-order", ...CUSTOMER, total: 62.5 },
  "customer.signup": CUSTOMER,
  "customer.inactive_30d": { ...CUSTOMER, daysInactive: 30 },
  "competitor.price_change": { ...COMPETITOR, product: "Blue Dream 3.5g", oldPrice: 35, newPrice: 30, percent: -14.3 },
  "competitor.menu_shakeup": { ...COMPETITOR, percent: 25 },
  "usage.at_80_percent": { metric: "emailsUsed", used: 4000, limit: 5000 },
  "org.created": { name: "Your shop", tierId: "growth" },
};

export function sampleEvent(eventName: string): Record<string, unknown> {
  return entryOf(SAMPLES, eventName) ?? (eventName.startsWith("inventory.") ? ITEM : {});
}
