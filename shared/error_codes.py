"""The product's error codes: what each one means, what to do about it, and its HTTP status.

A code never changes its meaning and is never removed. Programs may depend on codes, but not on texts. The code is
in `code` of an HTTP problem and in `errorCode` of a document. `make docs` writes them into docs/errors.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType

DETAIL = "Read the text next to the code: it names the field, what was found and what was expected."
AGAIN = "Try again after the time that `Retry-After` says."
BY_ITSELF = "Nothing: the run retries automatically after 5 seconds, 30 seconds and 5 minutes."


class ErrorCode(StrEnum):
    """What went wrong, for programs."""

    MALFORMED_REQUEST = "malformed_request"
    BAD_REQUEST = "bad_request"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID_FIELDS = "invalid_fields"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    RATE_LIMITED = "rate_limited"
    INTERNAL_ERROR = "internal_error"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    BUSY = "busy"

    INVALID_PLAYBOOK = "invalid_playbook"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_AGENT = "unknown_agent"
    CREDENTIAL_IN_PLAYBOOK = "credential_in_playbook"
    INVALID_EXPRESSION = "invalid_expression"
    UNKNOWN_NAME = "unknown_name"
    INVALID_PARAMS = "invalid_params"
    INVALID_DOCUMENT = "invalid_document"
    TOO_LARGE = "too_large"
    RUN_TOO_LARGE = "run_too_large"
    NOT_CONFIGURED = "not_configured"
    SECRET_MISSING = "secret_missing"  # noqa: S105 - a code
    UNKNOWN_SECRET = "unknown_secret"  # noqa: S105

    TIER_LIMIT = "tier_limit"
    LIMIT_REACHED = "limit_reached"
    CAUSE_LIMIT = "cause_limit"
    CHAIN_LIMIT = "chain_limit"

    SCHEDULE_REFUSED = "schedule_refused"
    SCHEDULER_UNAVAILABLE = "scheduler_unavailable"
    SCHEDULER_FULL = "scheduler_full"

    STOPPED_BY_STEP = "stopped_by_step"
    CHECK_FAILED = "check_failed"
    NOT_APPROVED = "not_approved"
    EVENT_MISSED = "event_missed"
    PROCESS_DIED = "process_died"
    DEFECT = "defect"

    PROVIDER_REFUSED = "provider_refused"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    PROVIDER_THROTTLED = "provider_throttled"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PLATFORM_REFUSED = "platform_refused"
    PLATFORM_UNAVAILABLE = "platform_unavailable"
    ADDRESS_REFUSED = "address_refused"
    NOBODY_REACHED = "nobody_reached"
    QUIET_HOURS = "quiet_hours"

    MODEL_UNAVAILABLE = "model_unavailable"
    MODEL_ANSWER_UNUSABLE = "model_answer_unusable"
    MODEL_DECLINED = "model_declined"
    MODEL_ANSWER_CUT_OFF = "model_answer_cut_off"

    NO_MENU = "no_menu"
    NO_MENU_ADDRESS = "no_menu_address"
    ROBOTS_DISALLOW = "robots_disallow"
    SITE_PAUSED = "site_paused"


@dataclass(frozen=True, slots=True)
class Described:
    """What a code means, how to fix it, and the HTTP status of an answer with it."""

    meaning: str
    remedy: str
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY


_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE

CODES: MappingProxyType[ErrorCode, Described] = MappingProxyType(
    {
        ErrorCode.MALFORMED_REQUEST: Described(
            "The body isn't JSON, or has a field twice.", "Send one JSON object in UTF-8.", HTTPStatus.BAD_REQUEST
        ),
        ErrorCode.BAD_REQUEST: Described(
            "The request can't be read as HTTP.",
            "Read `detail` and send the request again.",
            HTTPStatus.BAD_REQUEST,
        ),
        ErrorCode.UNAUTHENTICATED: Described(
            "The credential is missing or invalid, or there are two.",
            "Send one: `Authorization: Bearer …` or `X-Api-Key: …`. Sign in again, or ask the owner for a new key.",
            HTTPStatus.UNAUTHORIZED,
        ),
        ErrorCode.FORBIDDEN: Described(
            "The credential is valid but doesn't allow this.",
            "Use one with the role or scope that `detail` names.",
            HTTPStatus.FORBIDDEN,
        ),
        ErrorCode.NOT_FOUND: Described(
            "It doesn't exist, or it belongs to another org. The answer is the same for both.",
            "Check the id and the org.",
            HTTPStatus.NOT_FOUND,
        ),
        ErrorCode.METHOD_NOT_ALLOWED: Described(
            "The address doesn't support this method.", "Use one that `Allow` lists.", HTTPStatus.METHOD_NOT_ALLOWED
        ),
        ErrorCode.CONFLICT: Described(
            "It exists, but its current state doesn't allow this.",
            "Read it again, then decide.",
            HTTPStatus.CONFLICT,
        ),
        ErrorCode.BODY_TOO_LARGE: Described(
            "The body is larger than 256 KiB, or a webhook's is larger than 100 kB as JSON.",
            "Send less.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE: Described(
            "A webhook's body is neither JSON nor a form.",
            "Send one of the content types that the text names.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ),
        ErrorCode.INVALID_FIELDS: Described(
            "Fields are missing, unknown or invalid.",
            "Fix each field that `errors` names; it says what was found and what was expected.",
        ),
        ErrorCode.IDEMPOTENCY_KEY_REUSED: Described(
            "The `Idempotency-Key` was used with another request.", "Use a new key for each request."
        ),
        ErrorCode.RATE_LIMITED: Described("Too many calls in a short time.", AGAIN, HTTPStatus.TOO_MANY_REQUESTS),
        ErrorCode.INTERNAL_ERROR: Described(
            "A bug on our side; it has been logged.",
            "Try again later, or contact us.",
            HTTPStatus.INTERNAL_SERVER_ERROR,
        ),
        ErrorCode.REFUSED: Described("It can't be done; the text says why.", DETAIL),
        ErrorCode.UNAVAILABLE: Described("It can't be done right now.", AGAIN, _UNAVAILABLE),
        ErrorCode.BUSY: Described("Somebody else is changing the same thing right now.", AGAIN, _UNAVAILABLE),
        ErrorCode.INVALID_PLAYBOOK: Described("The playbook can't run as written.", DETAIL),
        ErrorCode.UNKNOWN_ACTION: Described("No action has that name.", "Use one that docs/actions.md lists."),
        ErrorCode.UNKNOWN_AGENT: Described("No agent has that name.", "Use one that the text lists."),
        ErrorCode.CREDENTIAL_IN_PLAYBOOK: Described(
            "The playbook contains a key or password in plain text, in the field that the text names.",
            "Save it under Settings, Secrets, and write `{{secrets.NAME}}` in the field instead.",
        ),
        ErrorCode.INVALID_EXPRESSION: Described(
            "A template or condition can't be parsed, or can't be computed from the run's data.", DETAIL
        ),
        ErrorCode.UNKNOWN_NAME: Described(
            "A template or condition uses a name that doesn't exist.",
            "Use a name that is in scope: `event`, `org`, an earlier step.",
        ),
        ErrorCode.INVALID_PARAMS: Described(
            "The step's params are invalid once their templates are filled in.", DETAIL
        ),
        ErrorCode.INVALID_DOCUMENT: Described("A required document is malformed.", DETAIL),
        ErrorCode.TOO_LARGE: Described(
            "Something is too large to handle at once.",
            "Stay below the limit that the text names.",
        ),
        ErrorCode.RUN_TOO_LARGE: Described(
            "The run has produced more data than can be saved.",
            "Split the playbook, or have its steps output less.",
        ),
        ErrorCode.NOT_CONFIGURED: Described(
            "A key, address or secret is not set.", "Set the one that the text names."
        ),
        ErrorCode.SECRET_MISSING: Described(
            "A named secret doesn't exist or is disabled.", "Set it, or name another one."
        ),
        ErrorCode.UNKNOWN_SECRET: Described(
            "A playbook names a secret that its org doesn't have.",
            "Have an owner of the org set it, or name another one.",
        ),
        ErrorCode.TIER_LIMIT: Described(
            "The plan doesn't include any more of it.",
            "Upgrade, or wait for next month; the text says which helps.",
        ),
        ErrorCode.LIMIT_REACHED: Described(
            "The org has reached a limit and has been notified.", "See the alert about it."
        ),
        ErrorCode.CAUSE_LIMIT: Described(
            "One event or run has started as many others as it's allowed to.", "Check the playbooks for a loop."
        ),
        ErrorCode.CHAIN_LIMIT: Described(
            "A playbook has triggered itself too often.", "Check its triggers and what its steps write."
        ),
        ErrorCode.SCHEDULE_REFUSED: Described("Cloud Scheduler doesn't accept the schedule.", DETAIL),
        ErrorCode.SCHEDULER_UNAVAILABLE: Described(
            "Cloud Scheduler isn't accepting jobs right now.", "Nothing: it's retried.", _UNAVAILABLE
        ),
        ErrorCode.SCHEDULER_FULL: Described(
            "Cloud Scheduler has no room for another job.",
            "Nothing: Cloud Tasks runs the schedule instead. Operators can ask for a higher quota.",
            _UNAVAILABLE,
        ),
        ErrorCode.STOPPED_BY_STEP: Described(
            "A `stop` step ended the run as failed.", "The text is the playbook's reason."
        ),
        ErrorCode.CHECK_FAILED: Described("A `validate` step found a problem.", DETAIL),
        ErrorCode.NOT_APPROVED: Described(
            "Nobody approved it in time, or somebody rejected it.",
            "Run the playbook again and approve or reject it.",
        ),
        ErrorCode.EVENT_MISSED: Described(
            "The event that a step was waiting for didn't arrive in time.",
            "Check what sends it, or have the step wait longer.",
        ),
        ErrorCode.PROCESS_DIED: Described(
            "The process died in the middle of the run.", "Retry the run; if it happens again, contact us."
        ),
        ErrorCode.DEFECT: Described("A bug in one of our actions; it has been logged.", "Contact us."),
        ErrorCode.PROVIDER_REFUSED: Described(
            "A provider or another system refused the call permanently.",
            "Read the provider's reason in the text, then fix the address, key or content.",
        ),
        ErrorCode.PROVIDER_UNAVAILABLE: Described(
            "A provider or another system couldn't be reached or is temporarily unavailable.",
            BY_ITSELF,
            _UNAVAILABLE,
        ),
        ErrorCode.PROVIDER_THROTTLED: Described(
            "The account has called a provider too often.",
            "Nothing: the run waits as long as the provider asks, without using up an attempt.",
            _UNAVAILABLE,
        ),
        ErrorCode.OUTCOME_UNKNOWN: Described(
            "A provider didn't answer after the request was sent; it may have accepted it.",
            "Nothing: we check with the provider before calling again. If we can't, the step says so.",
            _UNAVAILABLE,
        ),
        ErrorCode.PLATFORM_REFUSED: Described("Google Cloud refused a call permanently.", DETAIL),
        ErrorCode.PLATFORM_UNAVAILABLE: Described(
            "A Google Cloud service is temporarily unavailable.", BY_ITSELF, _UNAVAILABLE
        ),
        ErrorCode.ADDRESS_REFUSED: Described(
            "A playbook or page names an address that we aren't allowed to call.",
            "Use a public https address; private networks are refused.",
        ),
        ErrorCode.NOBODY_REACHED: Described(
            "None of the recipients can be sent the message.",
            "The text says why for each: no consent, an opt-out, a bounce.",
        ),
        ErrorCode.QUIET_HOURS: Described(
            "Quiet hours have begun.", "Nothing: the text message is sent when they end."
        ),
        ErrorCode.MODEL_UNAVAILABLE: Described("No key for a model is set.", "Set ANTHROPIC_API_KEY."),
        ErrorCode.MODEL_ANSWER_UNUSABLE: Described(
            "The model's answer isn't in the requested form.", "Retry the run, or make the prompt clearer."
        ),
        ErrorCode.MODEL_DECLINED: Described("The model declined to answer.", "Ask for something else."),
        ErrorCode.MODEL_ANSWER_CUT_OFF: Described("The model's answer was too long.", "Ask for less at once."),
        ErrorCode.NO_MENU: Described(
            "The competitor's page has no readable menu.",
            "Save another menu address; see the text.",
        ),
        ErrorCode.NO_MENU_ADDRESS: Described("The competitor has no menu address.", "Save one under Competitors."),
        ErrorCode.ROBOTS_DISALLOW: Described(
            "The site's robots.txt doesn't allow programs to read the page.",
            "Use another public page that lists the menu, or ask the site.",
        ),
        ErrorCode.SITE_PAUSED: Described(
            "The site asked us not to visit for a while.", "Nothing: we'll visit it again later.", _UNAVAILABLE
        ),
    }
)
