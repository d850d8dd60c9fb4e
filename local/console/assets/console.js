"use strict";

const REFRESH_MILLISECONDS = 2000;
const shown = new Map();
const said = document.getElementById("said");

function say(text, failed = false) {
  said.textContent = text;
  said.classList.toggle("failed", failed);
  said.hidden = false;
}

// A panel is only touched when it changed, so that scrolling and opened details survive the refresh.
function show(parts) {
  for (const part of parts.querySelectorAll("[data-part]")) {
    const panel = document.querySelector(`[data-panel="${part.dataset.part}"]`);
    if (shown.get(part.dataset.part) === part.innerHTML) continue;
    shown.set(part.dataset.part, part.innerHTML);
    const opened = new Set([...panel.querySelectorAll("details[open]")].map((details) => details.dataset.key));
    const scrolled = panel.querySelector(".messages")?.scrollTop ?? 0;
    panel.replaceChildren(...part.cloneNode(true).childNodes);
    for (const details of panel.querySelectorAll("details")) details.open = opened.has(details.dataset.key);
    panel.querySelector(".messages")?.scrollTo(0, scrolled);
  }
}

async function refresh() {
  const response = await fetch("/panels" + location.search);
  if (!response.ok) throw new Error(`the console answered ${response.status}`);
  show(new DOMParser().parseFromString(await response.text(), "text/html"));
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

async function advance(seconds) {
  const { fired } = await call("POST", "/api/clock/advance", { seconds });
  const lines = fired.map(({ service, name, status }) => `${service} · ${name.split("/").pop()} · ${status}`);
  say([`${fired.length} fired`, ...lines.slice(0, 20)].join("\n"));
}

// The link signs in wherever it is opened, so a tab of its own: the console stays.
async function signIn(role) {
  const tab = window.open("");
  try {
    const { url, email } = await call("POST", "/api/sign-in", { role });
    tab.opener = null;
    tab.location = url;
    say(`Signed in to the dashboard as ${email}`);
  } catch (error) {
    tab.close();
    throw error;
  }
}

async function perform(button, action) {
  button.disabled = true;
  try {
    await action();
    await refresh();
  } catch (error) {
    say(error.message, true);
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.advance) perform(button, () => advance(Number(button.dataset.advance)));
  if (button?.dataset.signIn) perform(button, () => signIn(button.dataset.signIn));
  if (button?.dataset.delete) perform(button, () => call("DELETE", button.dataset.delete));
});

document.getElementById("order-fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const { provider, status, times, delaySeconds } = Object.fromEntries(new FormData(event.target));
  const fault = { provider, status: Number(status), times: Number(times), delaySeconds: Number(delaySeconds) };
  perform(event.submitter, () => call("POST", "/api/faults", fault));
});

async function keepFresh() {
  try {
    if (!document.hidden) await refresh();
    if (said.dataset.lost) said.hidden = true;
    delete said.dataset.lost;
  } catch (error) {
    say(`The stack does not answer: ${error.message}`, true);
    said.dataset.lost = "yes";
  }
  setTimeout(keepFresh, REFRESH_MILLISECONDS);
}

show(document.getElementById("first-panels").content);
setTimeout(keepFresh, REFRESH_MILLISECONDS);
