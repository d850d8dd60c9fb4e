"""The console's web application: its API, its page, the provider stand-ins and the demo stores."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from local.cloud.storage import Storage
from local.cloud.storage_objects import Objects
from local.console.anthropic import AnthropicApi
from local.console.api import ConsoleApi
from local.console.cloud import LocalCloud
from local.console.mailjet import MailjetApi
from local.console.page import ASSETS, CONTENT_SECURITY_POLICY, ConsolePage
from local.console.problems import EXCEPTION_HANDLERS
from local.console.sign_in import SignInApi
from local.console.state import StateApi
from local.console.traces import TraceApi, Traces
from local.console.world import World
from local.providers.anthropic import Anthropic
from local.providers.anthropic_script import AnthropicScript
from local.providers.blackleaf import Blackleaf
from local.providers.drive import Drive
from local.providers.faults import Faults
from local.providers.mailjet import DEMO_CREDENTIALS, Mailjet, MailjetCredentials
from local.providers.mailjet_messages import AcceptedMessages
from local.providers.outbox import Outbox
from local.providers.slack import Slack
from local.providers.stores import Stores
from local.stack.ports import Ports


def create_app(
    cloud: LocalCloud,
    readiness: Callable[[], dict[str, bool]],
    *,
    mailjet_credentials: MailjetCredentials = DEMO_CREDENTIALS,
    public_url: str = Ports().url("hosting"),
    auth_url: str = Ports().url("auth"),
) -> Starlette:
    """The application for port 8025; serve it with `local.console.server.server_config`.

    `readiness` is asked on every `GET /healthz` and names each part of the stack. The stand-ins' base
    URLs are `/providers/mailjet`, `/providers/blackleaf`, `/providers/slack`, `/providers/drive` and
    `/providers/anthropic`; Cloud Storage's is `/cloud/storage`. `public_url` is
    where the dashboard is and Mailjet's events go, `auth_url` the Auth emulator.
    """
    now = cloud.clock.now
    outbox, faults = Outbox(now), Faults()
    stores, script = Stores(faults), AnthropicScript(now)
    world = World(cloud, readiness, outbox, faults, stores)
    accepted = AcceptedMessages(now)
    objects = Objects(now)
    state = StateApi(cloud, outbox, accepted, objects, stores, faults)
    mailjet = Mailjet(outbox, faults, accepted, mailjet_credentials)
    return Starlette(
        routes=[
            *ConsoleApi(world).routes,
            *state.routes,
            *ConsolePage(world, public_url).routes,
            *TraceApi(Traces(), public_url, CONTENT_SECURITY_POLICY).routes,
            *AnthropicApi(script).routes,
            *MailjetApi(accepted, public_url).routes,
            *SignInApi(auth_url, public_url).routes,
            *stores.routes,
            Mount("/providers/mailjet", routes=mailjet.routes),
            Mount("/providers/blackleaf", routes=Blackleaf(outbox, faults).routes),
            Mount("/providers/slack", routes=Slack(outbox, faults).routes),
            Mount("/providers/drive", routes=Drive(outbox, faults).routes),
            Mount("/providers/anthropic", routes=Anthropic(faults, script).routes),
            Mount("/cloud/storage", routes=Storage(objects).routes),
            Mount("/assets", StaticFiles(directory=ASSETS)),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
    )
