"""Firestore: the database, rules, indexes, expiry; Hosting."""

from __future__ import annotations

import hashlib
import re

from tests.deploy.google import Answer, Google, Request, found, port_of, route
from tests.deploy.state import NUMBER, PROJECT, Json, RefusedError

_DATABASE = f"/v1/projects/{PROJECT}/databases/\\(default\\)"


@route("firestore.googleapis.com", "GET", _DATABASE)
def _database(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    if google.state.database is None:
        raise RefusedError(404, "the database (default) does not exist")
    return google.state.database


@route("firestore.googleapis.com", "GET", f"{_DATABASE}/collectionGroups/-/indexes")
def _indexes(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"indexes": [index for group in google.state.indexes.values() for index in group]}


@route("firestore.googleapis.com", "POST", f"{_DATABASE}/collectionGroups/([^/]+)/indexes")
def _create_index(google: Google, request: Request, match: re.Match[str]) -> Answer:
    name = f"projects/{PROJECT}/databases/(default)/collectionGroups/{match[1]}/indexes/i{google.number()}"
    google.state.indexes.setdefault(match[1], []).append({**request.body, "name": name})
    return google.later({})


@route("firestore.googleapis.com", "GET", f"{_DATABASE}/collectionGroups/-/fields")
def _fields(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"fields": list(google.state.fields.values())}


@route("firestore.googleapis.com", "PATCH", f"{_DATABASE}/collectionGroups/([^/]+)/fields/([^/]+)")
def _patch_field(google: Google, request: Request, match: re.Match[str]) -> Answer:
    name = f"projects/{PROJECT}/databases/(default)/collectionGroups/{match[1]}/fields/{match[2]}"
    google.state.fields[f"{match[1]}.{match[2]}"] = {"name": name, **request.body}
    return google.later({})


@route("firebaserules.googleapis.com", "POST", f"/v1/projects/{PROJECT}:test")
def _test_rules(_google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {}


@route("firebaserules.googleapis.com", "GET", f"/v1/projects/{PROJECT}/releases")
def _releases(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    made = "2026-11-28T00:00:00Z"
    releases = google.state.releases.items()
    return {"releases": [{"name": name, "rulesetName": rules, "createTime": made} for name, rules in releases]}


@route("firebaserules.googleapis.com", "GET", f"/v1/(projects/{PROJECT}/rulesets/[^/]+)")
def _ruleset(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return found(google.state.rulesets, match[1])


@route("firebaserules.googleapis.com", "POST", f"/v1/projects/{PROJECT}/rulesets")
def _create_ruleset(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    name = f"projects/{PROJECT}/rulesets/r{google.number()}"
    google.state.rulesets[name] = {**request.body, "name": name}
    return google.state.rulesets[name]


@route("firebaserules.googleapis.com", "PATCH", f"/v1/(projects/{PROJECT}/releases/.+)")
def _update_release(google: Google, request: Request, match: re.Match[str]) -> Answer:
    if match[1] not in google.state.releases:
        raise RefusedError(404, f"{match[1]} was not found")
    return _create_release(google, request, match)


@route("firebaserules.googleapis.com", "POST", f"/v1/projects/{PROJECT}/releases")
def _create_release(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    release: Json = request.body.get("release", request.body)
    google.state.releases[release["name"]] = release["rulesetName"]
    return release


_SITES = f"/v1beta1/projects/(?:{PROJECT}|{NUMBER})/sites"


@route("firebasehosting.googleapis.com", "GET", _SITES)
def _sites(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"sites": list(google.state.sites.values())}


@route("firebasehosting.googleapis.com", "POST", _SITES)
def _create_site(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    site = request.query["siteId"]
    if site in google.state.sites:
        raise RefusedError(409, f"site {site} already exists")
    name = f"projects/{PROJECT}/sites/{site}"
    if "validateOnly" in request.query:
        return {"name": name}
    google.state.sites[site] = {"name": name, "defaultUrl": f"https://{site}.web.app", "type": "DEFAULT_SITE"}
    return google.state.sites[site]


@route("firebasehosting.googleapis.com", "GET", f"{_SITES}/([^/]+)")
def _site(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return found(google.state.sites, match[1])


@route("firebasehosting.googleapis.com", "POST", f"{_SITES}/([^/]+)/versions")
def _create_version(google: Google, request: Request, match: re.Match[str]) -> Answer:
    name = f"sites/{match[1]}/versions/v{google.number()}"
    google.state.versions[name] = {**request.body, "name": name}
    return google.state.versions[name]


@route("firebasehosting.googleapis.com", "POST", "/v1beta1/(sites/[^/]+/versions/[^/:]+):populateFiles")
def _populate(google: Google, request: Request, match: re.Match[str]) -> Answer:
    found(google.state.versions, match[1])["files"] = sorted(request.body["files"])
    upload = f"http://upload-firebasehosting.googleapis.com:{port_of(request)}/upload/{match[1]}/files"
    return {"uploadRequiredHashes": sorted(request.body["files"].values()), "uploadUrl": upload}


@route("upload-firebasehosting.googleapis.com", "POST", "/upload/.*/files/([0-9a-f]{64})")
def _upload_file(_google: Google, request: Request, match: re.Match[str]) -> Answer:
    if hashlib.sha256(request.body).hexdigest() != match[1]:
        raise RefusedError(400, "the content is not what its hash says")
    return {}


@route("firebasehosting.googleapis.com", "PATCH", f"{_SITES}/([^/]+)/versions/([^/]+)")
def _finish_version(google: Google, request: Request, match: re.Match[str]) -> Answer:
    version = found(google.state.versions, f"sites/{match[1]}/versions/{match[2]}")
    version |= request.body
    return version


@route("firebasehosting.googleapis.com", "POST", f"{_SITES}/([^/]+)/channels/live/releases")
def _release(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    google.state.live = request.query["versionName"]
    return {"name": f"{google.state.live}/releases/1"}
