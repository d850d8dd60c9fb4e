"""Functions, the services that they run as, queues, images, secrets, topics."""

from __future__ import annotations

import json
import re

from tests.deploy.google import Answer, Google, Request, found, masked, port_of, route
from tests.deploy.state import COMPUTE_ACCOUNT, NUMBER, PROJECT, Json, RefusedError, service_of

_FUNCTIONS = f"/v2/(projects/{PROJECT}/locations/([^/]+)/functions)"

_NOT_YET = (
    "Validation failed for trigger: Permission denied while using the Eventarc Service Agent. If you recently "
    "started to use Eventarc, it may take a few minutes before all necessary permissions are propagated to the "
    "Service Agent."
)


@route("cloudfunctions.googleapis.com", "GET", f"/v1/projects/{PROJECT}/locations/-/functions")
def _first_generation(_google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {}


@route("cloudfunctions.googleapis.com", "GET", _FUNCTIONS)
def _functions(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"functions": list(google.state.functions.values())}


@route("cloudfunctions.googleapis.com", "POST", f"{_FUNCTIONS}:generateUploadUrl")
def _upload_url(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    name = f"source-{google.number()}.zip"
    bucket = f"gcf-v2-uploads-{NUMBER}-{match[2]}"
    return {
        "uploadUrl": f"http://storage.googleapis.com:{port_of(_request)}/{bucket}/{name}",
        "storageSource": {"bucket": bucket, "object": name},
    }


@route("storage.googleapis.com", "PUT", "/gcf-v2-uploads-[^/]+/.*")
def _uploaded(_google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {}


@route("cloudfunctions.googleapis.com", "POST", _FUNCTIONS)
def _create_function(google: Google, request: Request, match: re.Match[str]) -> Answer:
    name = f"{match[1]}/{request.query['functionId']}"
    if name in google.state.functions:
        raise RefusedError(409, f"{name} already exists")
    if request.query["functionId"] in google.not_yet:
        google.not_yet.remove(request.query["functionId"])
        raise RefusedError(400, _NOT_YET)
    return google.later(
        _put_function(google, name, request.body), f"{name.rpartition('/functions/')[0]}/operations"
    )


@route("cloudfunctions.googleapis.com", "PATCH", f"{_FUNCTIONS}/([^/]+)")
def _update_function(google: Google, request: Request, match: re.Match[str]) -> Answer:
    name = f"{match[1]}/{match[3]}"
    body = masked(found(google.state.functions, name), request)
    return google.later(_put_function(google, name, body), f"{name.rpartition('/functions/')[0]}/operations")


@route("cloudfunctions.googleapis.com", "DELETE", f"{_FUNCTIONS}/([^/]+)")
def _delete_function(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    name = f"{match[1]}/{match[3]}"
    found(google.state.functions, name)
    del google.state.functions[name]
    return google.later({}, f"{name.rpartition('/functions/')[0]}/operations")


def _put_function(google: Google, name: str, body: Json) -> Json:
    """As Google does: the build's account, the function's account, its secrets and its trigger are looked at."""
    state = google.state
    service = body["serviceConfig"]
    account = service["serviceAccountEmail"]
    state.require_members({f"serviceAccount:{account}"})
    if not state.may(COMPUTE_ACCOUNT, "roles/cloudbuild.builds.builder"):
        raise RefusedError(403, f"Build failed: {COMPUTE_ACCOUNT} is missing permission")
    for secret in service.get("secretEnvironmentVariables", []):
        readers = state.policy(f"secrets/{secret['secret']}").get("roles/secretmanager.secretAccessor", set())
        if f"serviceAccount:{account}" not in readers:
            raise RefusedError(403, f"{account} may not read {secret['secret']}")
    if "eventTrigger" in body:
        deliverer = body["eventTrigger"].get("serviceAccountEmail", COMPUTE_ACCOUNT)
        if not state.may(deliverer, "roles/eventarc.eventReceiver"):
            raise RefusedError(403, f"{deliverer} lacks eventarc.events.receiveEvent")
    uri = f"https://{name.rpartition('/')[2].lower()}-abc-uc.a.run.app"
    stored: Json = json.loads(json.dumps(body))
    stored |= {"name": name, "state": "ACTIVE", "environment": "GEN_2", "url": uri}
    stored["serviceConfig"] |= {"service": service_of(name), "uri": uri}
    state.functions[name] = stored
    location = name.rpartition("/functions/")[0]
    state.repositories.setdefault(f"{location}/repositories/gcf-artifacts", {"format": "DOCKER"})
    return stored


_SERVICE = f"/v1/(projects/{PROJECT}/locations/[^/]+/services/[^/:]+)"


@route("run.googleapis.com", "GET", f"{_SERVICE}:getIamPolicy")
@route("cloudtasks.googleapis.com", "POST", f"/v2/(projects/{PROJECT}/locations/[^/]+/queues/[^/:]+):getIamPolicy")
def _get_resource_policy(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return google.state.policy(match[1]).to_json()


@route("run.googleapis.com", "POST", f"{_SERVICE}:setIamPolicy")
@route("cloudtasks.googleapis.com", "POST", f"/v2/(projects/{PROJECT}/locations/[^/]+/queues/[^/:]+):setIamPolicy")
def _set_resource_policy(google: Google, request: Request, match: re.Match[str]) -> Answer:
    policy: Json = request.body["policy"]
    google.state.require_members({member for one in policy["bindings"] for member in one["members"]})
    google.state.policy(match[1]).replace(policy)
    return policy


_QUEUES = f"/v2/(projects/{PROJECT}/locations/[^/]+/queues)"


@route("cloudtasks.googleapis.com", "GET", f"{_QUEUES}/([^/:]+)")
def _queue(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return found(google.state.queues, f"{match[1]}/{match[2]}")


@route("cloudtasks.googleapis.com", "POST", _QUEUES)
def _create_queue(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    queue: Json = request.body
    google.state.queues[queue["name"]] = queue
    return queue


@route("cloudtasks.googleapis.com", "PATCH", f"{_QUEUES}/([^/:]+)")
def _update_queue(google: Google, request: Request, match: re.Match[str]) -> Answer:
    name = f"{match[1]}/{match[2]}"
    google.state.queues[name] = masked(found(google.state.queues, name), request)
    return google.state.queues[name]


_REPOSITORY = f"/v1/(projects/{PROJECT}/locations/[^/]+/repositories/gcf-artifacts)"


@route("artifactregistry.googleapis.com", "GET", _REPOSITORY)
def _repository(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return {"name": match[1], **found(google.state.repositories, match[1])}


@route("secretmanager.googleapis.com", "GET", f"/v1/projects/{PROJECT}/secrets/([^/:]+)")
def _secret(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    if match[1] not in google.state.secrets:
        raise RefusedError(404, f"secret {match[1]} was not found")
    return {"name": f"projects/{NUMBER}/secrets/{match[1]}", "replication": {"automatic": {}}}


@route("secretmanager.googleapis.com", "GET", f"/v1/projects/{PROJECT}/secrets/([^/:]+)/versions/latest")
def _secret_version(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    versions = google.state.secrets.get(match[1])
    if not versions:
        raise RefusedError(404, f"secret {match[1]} has no version")
    return {"name": f"projects/{NUMBER}/secrets/{match[1]}/versions/{len(versions)}", "state": "ENABLED"}


@route("secretmanager.googleapis.com", "GET", f"/v1/projects/{PROJECT}/secrets/([^/:]+):getIamPolicy")
def _secret_policy(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return google.state.policy(f"secrets/{match[1]}").to_json()


@route("secretmanager.googleapis.com", "POST", f"/v1/projects/{PROJECT}/secrets/([^/:]+):setIamPolicy")
def _set_secret_policy(google: Google, request: Request, match: re.Match[str]) -> Answer:
    policy: Json = request.body["policy"]
    google.state.require_members({member for one in policy["bindings"] for member in one["members"]})
    google.state.policy(f"secrets/{match[1]}").replace(policy)
    return {}


@route("pubsub.googleapis.com", "PUT", f"/v1/projects/{PROJECT}/topics/([^/]+)")
def _create_topic(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    if match[1] in google.state.topics:
        raise RefusedError(409, f"topic {match[1]} already exists")
    google.state.topics.add(match[1])
    return {}
