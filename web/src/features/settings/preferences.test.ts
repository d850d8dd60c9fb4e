import { expect, test } from "vitest";
import type { NotificationPreferences } from "../../data/types/api";
import { withChange } from "./preferences";

const all = { email: true, dashboard: true, sms: false };
const BEFORE: NotificationPreferences = {
  playbook_failure: { ...all, email: false },
  usage_alert: all,
  competitor_alert: all,
  compliance_flag: all,
  billing_alert: all,
  weekly_report: all,
};

test("a change touches what it names and nothing else", () => {
  const after = withChange(BEFORE, { usage_alert: { sms: true } });
  expect(after).toEqual({ ...BEFORE, usage_alert: { email: true, dashboard: true, sms: true } });
  expect(BEFORE.usage_alert.sms).toBe(false);
});

test("the first change of quiet hours begins with the usual night", () => {
  expect(withChange(BEFORE, { quietHours: { enabled: true } }).quietHours).toEqual({
    start: "21:00",
    end: "08:00",
    enabled: true,
  });
  const set = withChange(BEFORE, { quietHours: { start: "22:00", end: "07:00", enabled: true } });
  expect(withChange(set, { quietHours: { enabled: false } }).quietHours).toEqual({
    start: "22:00",
    end: "07:00",
    enabled: false,
  });
});
