"""The console's sign-in call: `POST /api/sign-in`."""

import httpx
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.console.problems import parse_body, problem
from local.demo.seed import DEMO_ORG_ID
from local.stack.accounts import PASSWORD, demo_account, sign_in_link
from shared.api.principal import Role


class SignInOrder(BaseModel):
    """The account's role and org."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    role: Role
    org_id: str = Field(default=DEMO_ORG_ID, min_length=1, max_length=128, pattern=r"^[^/]+$")


class SignInApi:
    """`auth_url`: the Auth emulator; `public_url`: where the dashboard is."""

    def __init__(self, auth_url: str, public_url: str) -> None:
        self._auth_url = auth_url
        self._public_url = public_url
        self.routes = [Route("/api/sign-in", self._sign_in, methods=["POST"])]

    async def _sign_in(self, request: Request) -> Response:
        """Answers `{url, idToken, email, password}`; the same account each time."""
        order = await parse_body(request, SignInOrder)
        try:
            account = await run_in_threadpool(demo_account, self._auth_url, order.role, order.org_id)
        except httpx.HTTPError as error:
            return problem(503, "Service Unavailable", f"the Auth emulator can't create the account: {error}")
        return JSONResponse(
            {
                "url": sign_in_link(self._public_url, account.uid),
                "idToken": account.id_token,
                "email": account.email,
                "password": PASSWORD,
            }
        )
