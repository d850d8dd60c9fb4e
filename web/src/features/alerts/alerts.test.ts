import { describe, expect, it } from "vitest";
import type { InboxNotification } from "../../data/types/documents";
import { grouped } from "./groups";
import { causeOf, typeName } from "./words";

const alert = (id: string, fields: Partial<InboxNotification> = {}) =>
  ({
    id,
    orgId: "o",
    type: "playbook_failure",
    title: "It failed",
    body: "",
    read: false,
    ...fields,
  }) as InboxNotification;

describe("repeats", () => {
  it("in a row are one row, with what is unread of it", () => {
    const rows = grouped([alert("a"), alert("b", { read: true }), alert("c")]);
    expect(rows.map((row) => [row.newest.id, row.all.length, row.unread])).toEqual([["a", 3, ["a", "c"]]]);
  });
  it("of another playbook, type or title are rows of their own", () => {
    const rows = grouped([
      alert("a"),
      alert("b", { playbookId: "p" }),
      alert("c", { playbookId: "p", type: "usage_alert" }),
      alert("d", { playbookId: "p", type: "usage_alert", title: "Other" }),
    ]);
    expect(rows.map((row) => row.newest.id)).toEqual(["a", "b", "c", "d"]);
  });
  it("apart from each other stay apart", () => {
    expect(grouped([alert("a"), alert("b", { title: "Other" }), alert("c")])).toHaveLength(3);
  });
  it("of nothing are nothing", () => expect(grouped([])).toEqual([]));
});

describe("where an alert leads", () => {
  it.each([
    [
      { link: "/usage", executionId: "e" },
      { to: "/usage", label: "See your usage" },
    ],
    [{ link: "/decisions/approvals/a" }, { to: "/decisions/approvals/a", label: "Review and decide" }],
    [
      { executionId: "e 1", playbookId: "p" },
      { to: "/runs/e%201", label: "Open the run" },
    ],
    [{ playbookId: "p/q" }, { to: "/playbooks/p%2Fq", label: "Open the playbook" }],
    [{}, undefined],
  ])("%o", (fields, found) => expect(causeOf(alert("a", fields))).toEqual(found));
  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])(
    "never away from the dashboard: %s",
    (link) => expect(causeOf(alert("a", { link }))).toBeUndefined(),
  );
  it("names a type that only a playbook knows", () => expect(typeName("stock_count")).toBe("Stock count"));
});
