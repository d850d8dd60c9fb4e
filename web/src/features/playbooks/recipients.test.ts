import { expect, it } from "vitest";
import { recipientsOf } from "./recipients";

const channels = (...steps: unknown[]) => recipientsOf(steps).map(({ channel, people }) => `${channel}: ${people}`);

it("reads channels and people from the steps", () =>
  expect(
    channels(
      {
        action: "notify",
        params: { channels: ["email", "dashboard", "sms"], to: ["ann@shop.example", "+13155550101"] },
      },
      { action: "notify", params: { channels: ["email", "sms"] } },
      { action: "slack_post", params: { text: "x" } },
    ),
  ).toEqual([
    "Email: ann@shop.example",
    "Dashboard: everybody here",
    "Text: +13155550101",
    "Email: the owner",
    "Text: your staff phones",
    "Slack: your team",
  ]));

it("leaves the choice to the settings where no channel is named", () =>
  expect(channels({ action: "notify", params: {} })).toEqual(["As set in Settings: the owner"]));

it("says whose address a template is", () =>
  expect(
    channels(
      { action: "send_email", params: { to: "{{user.email}}" } },
      { action: "send_email", params: { to: "{{org.ownerEmail}}" } },
      { action: "for_each", params: { steps: [{ action: "send_sms", params: { to: "{{item.phone}}" } }] } },
    ),
  ).toEqual(["Email: whoever set it up or runs it", "Email: the owner", "Text: the customer"]));

it("names each once and nobody where nobody is told", () => {
  const twice = { action: "create_inbox_notification", params: {} };
  expect(channels(twice, twice)).toEqual(["Dashboard: everybody here"]);
  expect(channels({ action: "set" })).toEqual([]);
  expect(recipientsOf("x")).toEqual([]);
});
