"""Generates `functions.yaml` and the rewrites of `firebase.json` from `functions/routes.py`.

The CLI's parser doesn't support merge keys (`<<`), so each endpoint is written out.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from functions._route import INVOKER, Document, Door, Job, Queue, Route, Topic
from local.stack.ports import REGION

HEADER = """\
# Made by `make docs` from functions/routes.py, where it is edited. What is deployed: read by the Firebase CLI
# (deploy and emulator) and by local/ (queue limits, function names).
# THREADS is how many requests one instance really serves at once: it equals `concurrency` everywhere. The CLI's
# deploy drops it, so that local/deploy sets the largest for all. A function's own account receives its events.
# An address that ends in "@" is completed with the project's own domain by the CLI.
specVersion: v1alpha1

requiredAPIs:
  - { api: cloudtasks.googleapis.com, reason: runs and retries are tasks }
  - { api: cloudscheduler.googleapis.com, reason: each schedule trigger is a job }
  - { api: pubsub.googleapis.com, reason: the dead-letter topic }
  - { api: secretmanager.googleapis.com, reason: CRON_SECRET, the keys of the providers and orgs' own secrets }
  - { api: storage.googleapis.com, reason: outputs that no document can hold and files that people fetch }
  - { api: drive.googleapis.com, reason: save_to_drive }
  - { api: telemetry.googleapis.com, reason: traces }

endpoints:
"""
ABOUT: dict[str, object] = {"source": "/api/docs", "destination": "/api/docs.html"}
DASHBOARD: dict[str, object] = {"source": "!/@(api|__|assets)/**", "destination": "/index.html"}
"""A static file; all other paths get the dashboard's page."""
_BEFORE, _AFTER = '    "rewrites": [\n', "\n    ]\n"


def functions_yaml(routes: Iterable[Route]) -> str:
    """The manifest, with the table's reasons as comments."""
    return HEADER + "\n".join("".join(f"{line}\n" for line in _endpoint(route)) for route in routes)


def with_rewrites(firebase_json: str, routes: Iterable[Route]) -> str:
    """`firebase.json` with regenerated rewrites."""
    head, before, rest = firebase_json.partition(_BEFORE)
    _, after, tail = rest.partition(_AFTER)
    if not after:
        raise ValueError(f"firebase.json: found no list of rewrites; expected one that begins with {_BEFORE!r}")
    lines = (" " * 6 + json.dumps(rewrite).replace("{", "{ ").replace("}", " }") for rewrite in _rewrites(routes))
    return head + before + ",\n".join(lines) + after + tail


def _endpoint(route: Route) -> Iterator[str]:
    if route.why:
        yield from _comment(route.why, 2)
    yield f"  {route.id}:"
    yield "    platform: gcfv2"
    yield f"    region: [{REGION}]"
    yield f"    entryPoint: {route.entry_point}"
    yield f"    serviceAccountEmail: {route.account}@"
    yield from _trigger(route)
    if route.secrets:
        yield "    secretEnvironmentVariables:"
        yield from (f"      - {{ key: {secret} }}" for secret in route.secrets)
    yield f"    availableMemoryMb: {route.memory_mb}"
    yield "    cpu: 1"
    yield f"    concurrency: {route.concurrency}"
    yield f'    environmentVariables: {{ THREADS: "{route.concurrency}" }}'
    yield f"    timeoutSeconds: {route.timeout_seconds}"
    yield "    minInstances: 0"
    yield f"    maxInstances: {route.instances}"


def _trigger(route: Route) -> Iterator[str]:
    match route.trigger:
        case Door():
            yield "    httpsTrigger: { invoker: [public] }"
        case Job():
            yield f"    httpsTrigger: {{ invoker: [{INVOKER}@] }}"
        case Document(change, path):
            yield "    eventTrigger:"
            yield f"      eventType: google.cloud.firestore.document.v1.{change}"
            yield "      eventFilters: { database: (default), namespace: (default) }"
            yield f'      eventFilterPathPatterns: {{ document: "{path}" }}'
            yield "      retry: true"
        case Topic(name):
            yield "    eventTrigger:"
            yield "      eventType: google.cloud.pubsub.topic.v1.messagePublished"
            yield f"      eventFilters: {{ topic: {name} }}"
            yield "      retry: true"
        case Queue():
            yield from _queue(route.trigger, at_once=route.instances * route.concurrency)


def _queue(queue: Queue, at_once: int) -> Iterator[str]:
    retry = queue.retry
    yield "    taskQueueTrigger:"
    yield f"      invoker: [{INVOKER}@]"
    yield from _comment(retry.why, 6)
    yield (
        f"      retryConfig: {{ maxAttempts: {retry.attempts}, minBackoffSeconds: {retry.shortest}, "
        f"maxBackoffSeconds: {retry.longest}, maxDoublings: {retry.doublings} }}"
    )
    yield from _comment(queue.why_rate, 6)
    yield (
        f"      rateLimits: {{ maxDispatchesPerSecond: {queue.per_second}, maxConcurrentDispatches: {at_once} }}"
    )


def _comment(text: str, indent: int) -> list[str]:
    margin = " " * indent + "# "
    return textwrap.wrap(text, 120, initial_indent=margin, subsequent_indent=margin)


def _rewrites(routes: Iterable[Route]) -> list[dict[str, object]]:
    """Most specific first, since Hosting uses the first match."""
    found: list[dict[str, object]] = [
        {"source": _glob(path), "function": {"functionId": route.id, "region": REGION}}
        for route in routes
        if isinstance(route.trigger, Door)
        for path in route.trigger.paths
    ]
    return [*sorted([*found, ABOUT], key=_exactness), DASHBOARD]


def _glob(path: str) -> str:
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))


def _exactness(rewrite: dict[str, object]) -> list[tuple[int, str]]:
    wild = {"*": 1, "**": 2}
    return [(wild.get(part, 0), part) for part in str(rewrite["source"]).split("/")]
