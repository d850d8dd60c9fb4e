"""An org whose shelf and whose competitors' menus are full of attempts, and a playbook that goes through it all."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.secret_manager import SecretCache
from shared.messages.channels import slack
from shared.runs.outputs import value_of
from tests.emulator.demo_runs import quiet_stack
from tests.emulator.executions import ORG, execution, put_org, put_playbook, run, start
from tests.injections import menus

OWNER = "owner@runs.example"
PARTNER = "partner@runs.example"
STAFF = "+13155550123"
WEBHOOK_TO = "T0HOSTILE/B0HOSTILE"
HTTP_TO = "T1/B1"
CUT = "money_mike.undercut[0]"


def steps(console: str) -> list[dict[str, Any]]:
    """From the scan to every channel, with scraped and written words wherever an author may put them."""
    return [
        _step("scan", "scan_competitors", "ezal"),
        _step("diff", "diff_snapshots"),
        _step("pricing", "analyze_pricing", "money_mike"),
        _step("intel", "analyze_competitive_intelligence"),
        _step("drafts", "consume_competitive_actions"),
        _step("report", "generate_competitor_report", "ezal"),
        _step("summary", "summarize", input="{{steps.report.text}}", maxSentences=5),
        _step("text", "generate", prompt=f"Two sentences about {{{{{CUT}.product}}}}.", input="{{steps.pricing}}"),
        _step(
            "opinion", "delegate", agent="pops", task=f"Judge {{{{{CUT}.competitor}}}}.", input="{{steps.intel}}"
        ),
        _step(
            "mail", "draft_email", purpose=f"Answer {{{{{CUT}.competitor}}}}", facts="{{steps.pricing.undercut}}"
        ),
        _step("campaign", "draft_campaign", purpose="Answer them", facts="{{steps.intel.actions}}"),
        _step("template", "set", values={"product": f"{{{{{CUT}.product}}}}", "all": "{{steps.pricing.undercut}}"}),
        _step("some", "filter", input="{{steps.pricing.undercut}}", where="item.competitor == 'Hostile Store'"),
        {
            "id": "each",
            "action": "for_each",
            "params": {
                "items": "{{steps.some.items}}",
                "as": "cut",
                "steps": [
                    _step(
                        "inner",
                        "for_each",
                        items=["{{cut.product}}"],
                        **{"as": "name"},
                        steps=[_step("line", "set", values={"line": "{{name}} / {{cut.product}}"})],
                    )
                ],
            },
        },
        {
            **_step("tell", "notify", subject="Prices: {{steps.pricing.price_gap}}% below us"),
            "condition": "{{money_mike.price_gap}} > 10",
        },
        _step(
            "alert",
            "notify",
            subject=f"Alert: {{{{{CUT}.competitor}}}}",
            body=f"{{{{{CUT}.product}}}}\n\n{{{{steps.summary.text}}}}\n\n{{{{steps.text.text}}}}",
            channels=["email", "dashboard", "sms"],
        ),
        _step(
            "partner",
            "send_email",
            to=PARTNER,
            subject="{{steps.report.subject}}",
            text="{{steps.report.text}}",
            html="{{steps.report.html}}",
        ),
        _step("drafted", "send_email", to=PARTNER, subject="{{steps.mail.subject}}", text="{{steps.mail.text}}"),
        _step("table", "save_file", name="undercut.csv", content="{{steps.pricing.undercut}}"),
        _step("named", "save_file", name=f"{{{{{CUT}.product}}}}.csv", content="{{steps.pricing.undercut}}"),
        _step("page", "save_file", name="report.html", content="{{steps.report.html}}"),
        _step("slack", "slack_post", text="{{steps.summary.text}}\n{{steps.pricing.summary}}"),
        _step(
            "post",
            "http_request",
            url=f"{console}/providers/slack/services/{HTTP_TO}/hook",
            method="POST",
            body={"text": f"{{{{{CUT}.product}}}}"},
        ),
        _step("event", "publish_event", name="prices.compared", data={"product": f"{{{{{CUT}.product}}}}"}),
    ]


def _step(step_id: str, action: str, agent: str | None = None, **params: Any) -> dict[str, Any]:
    named = {} if action == "delegate" or agent is None else {"agent": agent}
    given = {"agent": agent, **params} if action == "delegate" else params
    return {"id": step_id, "action": action, "params": given, **named}


def open_market(stack: Stack, hostile_page: str) -> set[str]:
    """Our shelf, a store of the console, the attacker's page, competitors with attempts for names; their URLs."""
    client = clients.firestore()
    org = f"tenants/{ORG}"
    batch = client.batch()
    for item_id, fields in menus.our_inventory().items():
        batch.set(client.document(f"{org}/inventory/{item_id}"), fields)
    batch.commit()
    httpx.put(f"{stack.console_url}/api/stores/hostile-store", json=menus.console_menu()).raise_for_status()
    named = {
        "console": ("Hostile Store", f"{stack.console_url}/stores/hostile-store"),
        "raw": (menus.MORE["table break"], hostile_page),
        "templated": (menus.MORE["owner's address"], hostile_page),
    }
    for competitor_id, (name, url) in named.items():
        client.document(f"{org}/competitors/{competitor_id}").set({"name": name, "menuUrl": url})
    return {url for _, url in named.values()}


@contextmanager
def hostile_site() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback with the attacker's page: its address, and the paths that were asked for."""
    asked: list[str] = []
    page = menus.page()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            found = self.path == "/menu"
            body = page if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """A test's output needs no log of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/menu", asked
        server.shutdown()
        thread.join()


def documents(collection: str) -> list[dict[str, Any]]:
    """What a collection of the org holds."""
    found = clients.firestore().collection(f"tenants/{ORG}/{collection}").stream()
    return [one.to_dict() or {} for one in found]


@dataclass(frozen=True)
class Market:
    """The stack, what was asked of the attacker's page and of the names' resolver, and what a run has left."""

    stack: Stack
    asked: list[str]
    hosts: set[str]
    menu_urls: set[str]

    def run(self) -> Ran:
        """Run the whole playbook, and remember what came of it."""
        httpx.delete(f"{self.stack.console_url}/api/outbox").raise_for_status()
        execution_id = uuid.uuid4().hex
        start("chain", execution_id)
        assert run(execution_id) == "completed", execution(execution_id).status_reason
        outputs = {result.step_id: value_of(result) for result in execution(execution_id).step_results}
        outbox = httpx.get(f"{self.stack.console_url}/api/outbox").json()
        return Ran(execution_id, outputs, outbox, documents("campaign_drafts"))


@dataclass(frozen=True)
class Ran:
    """A run: its outputs by step id, what it sent, and the drafts that it made for people."""

    id: str
    outputs: dict[str, Mapping[str, Any]]
    outbox: list[dict[str, Any]]
    drafts: list[dict[str, Any]]


@contextmanager
def opened_market(stack: Stack) -> Iterator[Market]:
    """The hostile market and our org in it, new."""
    webhook = f"{stack.console_url}/providers/slack/services/{WEBHOOK_TO}/hook"
    hosts: set[str] = set()
    resolve = socket.getaddrinfo

    def recorded(host: Any, *args: Any, **kwargs: Any) -> Any:
        hosts.add(host.decode() if isinstance(host, bytes) else str(host))
        return resolve(host, *args, **kwargs)

    with quiet_stack(stack), pytest.MonkeyPatch.context() as patch, hostile_site() as (page, asked):
        patch.setattr(slack, "webhooks", slack.Webhooks(SecretCache(lambda _secret_id: webhook)))
        put_org(staffPhones=[STAFF])
        urls = open_market(stack, page)
        put_playbook("chain", steps(stack.console_url))
        patch.setattr(socket, "getaddrinfo", recorded)
        yield Market(stack, asked, hosts, urls)
