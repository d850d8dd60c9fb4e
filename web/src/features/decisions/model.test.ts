import { describe, expect, it } from "vitest";
import { agentName } from "../../format/words";
import { approvalOf, marginPercent, newestFirst, priceRows, suggestionOf } from "./model";
import { decider } from "./words";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const approval = (fields = {}) =>
  approvalOf({ id: "a", title: "Lower it?", status: "pending", expiresAt: "2026-12-01T00:00:00Z", ...fields }, NOW);

describe("an approval", () => {
  it("waits until its time is over", () => {
    expect(approval().status).toBe("pending");
    expect(approval({ expiresAt: "2026-11-30T12:00:00Z" }).status).toBe("expired");
    expect(approval({ expiresAt: "2026-11-30T12:00:00Z", status: "approved" }).status).toBe("approved");
  });
  it("names everybody who stands behind it", () =>
    expect(approval({ causedBy: ["u1", 3, "u2"], requestedBy: "u3" }).people).toEqual(["u1", "u2", "u3"]));
  it("is read from the API's answer as from the document", () => expect(approval({ approvalId: "b" }).id).toBe("b"));
  it("of a status that nobody knows is nothing to decide", () =>
    expect(approval({ status: "odd" }).status).toBe("withdrawn"));
});

describe("a suggestion", () => {
  it("takes its title from what it has", () => {
    const title = (fields: object) => suggestionOf("pricing_suggestions", { id: "s", ...fields }).title;
    expect(title({ title: "Price changes to compete with Salt", product: "Blue Dream" })).toBe(
      "Price changes to compete with Salt",
    );
    expect(title({ product: "Blue \u202EDream" })).toBe("New price for Blue Dream");
    expect(title({ title: 7 })).toBe("New price");
  });
  it("keeps who stands behind its run", () =>
    expect(suggestionOf("campaign_drafts", { id: "s", source: { causedBy: ["u1"] } }).people).toEqual(["u1"]));
});

describe("prices", () => {
  it("are one item's", () =>
    expect(priceRows({ product: "Blue Dream", itemId: "i", currentPrice: 40, suggestedPrice: 36 })).toEqual([
      { product: "Blue Dream", itemId: "i", current: 40, theirs: undefined, suggested: 36, changePercent: -10 },
    ]));
  it("or one for each product, without those that cannot be read", () => {
    const products = [
      { product: "A", currentPrice: 10, theirPrice: 8, suggestedPrice: 9, changePercent: -10 },
      null,
      3,
      {},
    ];
    expect(priceRows({ products }).map((row) => row.product)).toEqual(["A"]);
  });
  it("of an item without a price have no change", () =>
    expect(priceRows({ suggestedPrice: 36, currentPrice: 0 })[0]?.changePercent).toBeUndefined());
  it("leave a margin", () => {
    expect(marginPercent(40, 22)).toBeCloseTo(45);
    expect(marginPercent(40, undefined)).toBeUndefined();
    expect(marginPercent(0, 22)).toBeUndefined();
  });
});

it("puts the newest first", () => {
  const [old, recent, never] = ["2026-11-01T00:00:00Z", "2026-11-29T00:00:00Z", undefined].map((requestedAt) =>
    approval({ requestedAt }),
  );
  const sorted = newestFirst(
    [old, never, recent].flatMap((one) => one ?? []),
    (one) => one.askedAt,
  );
  expect(sorted).toEqual([recent, old, never]);
});

it("says who decided", () => {
  const decided = approval({ status: "approved", decidedBy: "u1", decidedByName: "Ana" });
  expect([decider(decided, "u1"), decider(decided, "u2")]).toEqual(["you", "Ana"]);
  expect(decider(approval({ decidedBy: "u1" }), "u2")).toBe("someone on your team");
});

it("names agents", () =>
  expect(["money_mike", "craig", "new_agent"].map(agentName)).toEqual(["Money Mike", "Craig", "New Agent"]));
