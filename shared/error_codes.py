"""The codes of the product's errors: what each means, what to do about it, and the HTTP status it is answered with.

A code never changes its meaning and is never taken away; programs may depend on it, and on no text. It stands in
`code` of an HTTP problem, and in `errorCode` of a document. `make docs` writes them into docs/errors.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType

DETAIL = "Read the text beside the code: it names the field, what was found and what was expected."
AGAIN = "Try again after the time that `Retry-After` says."
BY_ITSELF = "Nothing: the run tries again by itself, after 5 seconds, 30 seconds and 5 minutes."


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
    """What a code means, what whoever meets it can do, and the status of an HTTP answer that carries it."""

    meaning: str
    remedy: str
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY


_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE

CODES: MappingProxyType[ErrorCode, Described] = MappingProxyType(
    {
        ErrorCode.MALFORMED_REQUEST: Described(
            "The body is not JSON, or has a field twice.", "Send one JSON object in UTF-8.", HTTPStatus.BAD_REQUEST
        ),
        ErrorCode.BAD_REQUEST: Described(
            "The request cannot be read as HTTP.",
            "Read `detail`, and send the request anew.",
            HTTPStatus.BAD_REQUEST,
        ),
        ErrorCode.UNAUTHENTICATED: Described(
            "There is no credential, there are two, or it is not valid.",
            "Send one: `Authorization: Bearer …` or `X-Api-Key: …`. Sign in again, or ask the owner for a new key.",
            HTTPStatus.UNAUTHORIZED,
        ),
        ErrorCode.FORBIDDEN: Described(
            "The credential is valid and does not allow this.",
            "Use one of the role or scope that `detail` names.",
            HTTPStatus.FORBIDDEN,
        ),
        ErrorCode.NOT_FOUND: Described(
            "There is no such thing, or it is another org's: the two are not told apart.",
            "Check the id and the org.",
            HTTPStatus.NOT_FOUND,
        ),
        ErrorCode.METHOD_NOT_ALLOWED: Described(
            "The address has no such method.", "Use one that `Allow` lists.", HTTPStatus.METHOD_NOT_ALLOWED
        ),
        ErrorCode.CONFLICT: Described(
            "The thing is there, and its present state does not allow this.",
            "Read it again, and decide anew.",
            HTTPStatus.CONFLICT,
        ),
        ErrorCode.BODY_TOO_LARGE: Described(
            "The body has more than 256 KiB, or a webhook's more than 100 kB as JSON.",
            "Send less.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE: Described(
            "A webhook's body is neither JSON nor a form.",
            "Send one of the content types that the text names.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ),
        ErrorCode.INVALID_FIELDS: Described(
            "Fields are missing, unknown or hold what they cannot mean.",
            "Mend each field that `errors` names; it says what was found and what was expected.",
        ),
        ErrorCode.IDEMPOTENCY_KEY_REUSED: Described(
            "The `Idempotency-Key` was used with another request.", "Use a key of its own for each request."
        ),
        ErrorCode.RATE_LIMITED: Described(
            "There were too many calls in a short time.", AGAIN, HTTPStatus.TOO_MANY_REQUESTS
        ),
        ErrorCode.INTERNAL_ERROR: Described(
            "A defect of ours; it has been logged.",
            "Try again later, or tell us.",
            HTTPStatus.INTERNAL_SERVER_ERROR,
        ),
        ErrorCode.REFUSED: Described("It cannot be done, for the reason in the text.", DETAIL),
        ErrorCode.UNAVAILABLE: Described("It cannot be done just now.", AGAIN, _UNAVAILABLE),
        ErrorCode.BUSY: Described("Others are changing the same thing at this moment.", AGAIN, _UNAVAILABLE),
        ErrorCode.INVALID_PLAYBOOK: Described("The playbook cannot run as it is written.", DETAIL),
        ErrorCode.UNKNOWN_ACTION: Described("No action has that name.", "Use one that docs/actions.md lists."),
        ErrorCode.UNKNOWN_AGENT: Described("No agent has that name.", "Use one that the text lists."),
        ErrorCode.CREDENTIAL_IN_PLAYBOOK: Described(
            "A key or password stands in the playbook as it is, at the field that the text names.",
            "Put it under Settings, Secrets, and write `{{secrets.NAME}}` there instead.",
        ),
        ErrorCode.INVALID_EXPRESSION: Described(
            "A template or condition cannot be read, or cannot be computed from the run's data.", DETAIL
        ),
        ErrorCode.UNKNOWN_NAME: Described(
            "A template or condition names what does not exist.",
            "Use a name that is in scope: `event`, `org`, an earlier step.",
        ),
        ErrorCode.INVALID_PARAMS: Described("The step's params are wrong once their templates are filled.", DETAIL),
        ErrorCode.INVALID_DOCUMENT: Described("A document that is needed is malformed.", DETAIL),
        ErrorCode.TOO_LARGE: Described(
            "There is more of something than can be handled at once.",
            "Use less than the limit that the text names.",
        ),
        ErrorCode.RUN_TOO_LARGE: Described(
            "The run has produced more than can be kept of it.", "Split the playbook, or let steps put out less."
        ),
        ErrorCode.NOT_CONFIGURED: Described(
            "A key, address or secret is not set.", "Set the one that the text names."
        ),
        ErrorCode.SECRET_MISSING: Described(
            "A secret that is named is not there, or has been disabled.", "Set it, or name another one."
        ),
        ErrorCode.UNKNOWN_SECRET: Described(
            "A playbook names a secret that its org does not have.",
            "Have an owner of the org set it, or name another one.",
        ),
        ErrorCode.TIER_LIMIT: Described(
            "The plan includes no more of it.", "Upgrade, or wait for the next month; the text says what helps."
        ),
        ErrorCode.LIMIT_REACHED: Described(
            "A limit was reached that the org has been told about.", "See the alert about it."
        ),
        ErrorCode.CAUSE_LIMIT: Described(
            "One event or run has set off as many others as it may.", "Check the playbooks for a loop."
        ),
        ErrorCode.CHAIN_LIMIT: Described(
            "A playbook has led to itself too often.", "Check its triggers and what its steps write."
        ),
        ErrorCode.SCHEDULE_REFUSED: Described("Cloud Scheduler does not take the schedule.", DETAIL),
        ErrorCode.SCHEDULER_UNAVAILABLE: Described(
            "Cloud Scheduler takes no job at the moment.", "Nothing: it is tried again.", _UNAVAILABLE
        ),
        ErrorCode.SCHEDULER_FULL: Described(
            "Cloud Scheduler has no room for another job.",
            "Nothing: tasks carry the schedule. Operators can have the quota raised.",
            _UNAVAILABLE,
        ),
        ErrorCode.STOPPED_BY_STEP: Described(
            "A `stop` step ended the run as failed.", "The text is the reason that the playbook gives."
        ),
        ErrorCode.CHECK_FAILED: Described("A `validate` step found what it was to look for.", DETAIL),
        ErrorCode.NOT_APPROVED: Described(
            "Nobody approved in time, or somebody rejected it.", "Run the playbook again, and decide."
        ),
        ErrorCode.EVENT_MISSED: Described(
            "The event that a step waited for did not come in time.",
            "Check what sends it, or let the step wait longer.",
        ),
        ErrorCode.PROCESS_DIED: Described(
            "The process that ran the run died in the middle.", "Retry the run; if it happens again, tell us."
        ),
        ErrorCode.DEFECT: Described("A defect of ours in an action; it has been logged.", "Tell us."),
        ErrorCode.PROVIDER_REFUSED: Described(
            "A provider or another system refused the call permanently.",
            "Read its own words in the text; mend the address, the key or the content.",
        ),
        ErrorCode.PROVIDER_UNAVAILABLE: Described(
            "A provider or another system could not be reached, or answered that it cannot now.",
            BY_ITSELF,
            _UNAVAILABLE,
        ),
        ErrorCode.PROVIDER_THROTTLED: Described(
            "The account has called a provider too often.",
            "Nothing: the run waits as long as the provider asks, and loses no attempt.",
            _UNAVAILABLE,
        ),
        ErrorCode.OUTCOME_UNKNOWN: Described(
            "A provider did not answer after the request was sent: it may have been accepted.",
            "Nothing: the provider is asked before the call is made again. Where that cannot be, the step says so.",
            _UNAVAILABLE,
        ),
        ErrorCode.PLATFORM_REFUSED: Described("Google Cloud refused a call permanently.", DETAIL),
        ErrorCode.PLATFORM_UNAVAILABLE: Described(
            "A service of Google Cloud could not be used just now.", BY_ITSELF, _UNAVAILABLE
        ),
        ErrorCode.ADDRESS_REFUSED: Described(
            "An address that a playbook or a page names may not be called.",
            "Use a public https address; private networks are refused.",
        ),
        ErrorCode.NOBODY_REACHED: Described(
            "None of those who were meant may get the message.",
            "The text says why for each: no consent, an opt-out, a bounce.",
        ),
        ErrorCode.QUIET_HOURS: Described("Quiet hours have begun.", "Nothing: the text is sent when they end."),
        ErrorCode.MODEL_UNAVAILABLE: Described("No key for a model is set.", "Set ANTHROPIC_API_KEY."),
        ErrorCode.MODEL_ANSWER_UNUSABLE: Described(
            "The model's answer is not what it was asked for.", "Retry the run; word the prompt more plainly."
        ),
        ErrorCode.MODEL_DECLINED: Described("The model declined to answer.", "Ask for something else."),
        ErrorCode.MODEL_ANSWER_CUT_OFF: Described("The model's answer was too long.", "Ask for less at once."),
        ErrorCode.NO_MENU: Described(
            "The competitor's page holds no menu that can be read.",
            "Save another address of the menu; see the text.",
        ),
        ErrorCode.NO_MENU_ADDRESS: Described("The competitor has no menu address.", "Save one under Competitors."),
        ErrorCode.ROBOTS_DISALLOW: Described(
            "The site's robots.txt does not let programs read the page.",
            "Use another public page that lists the menu, or ask the site.",
        ),
        ErrorCode.SITE_PAUSED: Described(
            "The site asked not to be visited for a while.", "Nothing: it is visited again later.", _UNAVAILABLE
        ),
    }
)
