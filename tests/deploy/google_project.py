"""Sign-in, the project, its APIs and accounts."""

from __future__ import annotations

import re

from tests.deploy.google import Answer, Google, Request, found, route
from tests.deploy.state import COMPUTE_ACCOUNT, NUMBER, PROJECT, Json, RefusedError


@route("www.googleapis.com", "POST", "/oauth2/v3/token")
def _token(_google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"access_token": "an-access-token", "expires_in": 3600, "token_type": "Bearer"}


@route("firebase.googleapis.com", "GET", f"/v1beta1/projects/({PROJECT}|{NUMBER})")
def _project(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    if not google.state.firebase:
        raise RefusedError(404, f"{PROJECT} has no Firebase")
    return {"projectId": PROJECT, "projectNumber": NUMBER, "name": f"projects/{PROJECT}", "resources": {}}


@route("firebase.googleapis.com", "GET", "/v1beta1/projects")
def _projects(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"results": [{"projectId": PROJECT, "projectNumber": NUMBER}] if google.state.firebase else []}


@route("firebase.googleapis.com", "POST", f"/v1beta1/projects/{PROJECT}:addFirebase")
def _add_firebase(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    if google.state.firebase:
        raise RefusedError(409, f"{PROJECT} has Firebase already")
    google.state.firebase = True
    return google.later({"projectId": PROJECT, "displayName": PROJECT})


@route("firebase.googleapis.com", "GET", f"/v1beta1/projects/{PROJECT}/webApps")
def _web_apps(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"apps": google.state.web_apps}


@route("firebase.googleapis.com", "POST", f"/v1beta1/projects/{PROJECT}/webApps")
def _create_web_app(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    if not google.state.firebase:
        raise RefusedError(404, f"{PROJECT} has no Firebase")
    app = {
        "appId": f"1:{NUMBER}:web:{google.number()}",
        "displayName": request.body["displayName"],
        "platform": "WEB",
    }
    google.state.web_apps.append(app)
    return google.later(app)


@route("firebase.googleapis.com", "GET", "/v1beta1/(operations/.*)")
@route("cloudfunctions.googleapis.com", "GET", "/v2/(.*/operations/.*)")
def _operation(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return found(google.operations, match[1])


@route("firebase.googleapis.com", "GET", f"/v1beta1/projects/{PROJECT}/adminSdkConfig")
def _admin_config(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    if not google.state.firebase:
        raise RefusedError(404, f"{PROJECT} has no Firebase")
    return {"projectId": PROJECT, "storageBucket": f"{PROJECT}.firebasestorage.app"}


@route("cloudresourcemanager.googleapis.com", "GET", f"/v1/projects/({PROJECT}|{NUMBER})")
def _metadata(_google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return {"projectId": PROJECT, "projectNumber": NUMBER, "lifecycleState": "ACTIVE"}


@route("cloudresourcemanager.googleapis.com", "POST", f"/v1/projects/{PROJECT}:testIamPermissions")
def _test_permissions(_google: Google, request: Request, _match: re.Match[str]) -> Answer:
    return {"permissions": request.body["permissions"]}


@route("cloudresourcemanager.googleapis.com", "POST", f"/v1/projects/({PROJECT}|{NUMBER}):getIamPolicy")
def _get_policy(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    return google.state.policy().to_json()


@route("cloudresourcemanager.googleapis.com", "POST", f"/v1/projects/({PROJECT}|{NUMBER}):setIamPolicy")
def _set_policy(google: Google, request: Request, _match: re.Match[str]) -> Answer:
    policy: Json = request.body["policy"]
    google.state.require_members({member for one in policy["bindings"] for member in one["members"]})
    google.state.policy().replace(policy)
    return policy


@route("serviceusage.googleapis.com", "GET", f"/v1/projects/(?:{PROJECT}|{NUMBER})/services/([^/:]+)")
def _api(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return {"state": "ENABLED" if match[1] in google.state.apis else "DISABLED"}


@route(
    "serviceusage.googleapis.com",
    "POST",
    f"/v1beta1/projects/(?:{PROJECT}|{NUMBER})/services/([^/:]+):generateServiceIdentity",
)
def _identity(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    return {"name": "operations/done", "done": True, "response": {"email": google.state.identify(match[1])}}


@route("serviceusage.googleapis.com", "POST", f"/v1/projects/(?:{PROJECT}|{NUMBER})/services/([^/:]+):enable")
def _enable(google: Google, _request: Request, match: re.Match[str]) -> Answer:
    google.state.enable(match[1])
    return google.later({})


@route("compute.googleapis.com", "GET", f"/compute/v1/projects/({PROJECT}|{NUMBER})")
def _compute(google: Google, _request: Request, _match: re.Match[str]) -> Answer:
    google.state.require_api("compute.googleapis.com")
    return {"defaultServiceAccount": COMPUTE_ACCOUNT}
