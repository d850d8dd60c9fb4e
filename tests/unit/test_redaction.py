"""No secret and nobody's address in what is logged or stored; ids stay, and no text takes long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import redaction
from shared.redaction import is_private, redact, redact_thoroughly

SECRET = "Hu5h-hush_hush.42"
SHAPES = [
    "apiKey={}",
    "https://sms.example/send?to=1&apiKey={}&body=x",
    "X-Api-Key: {}",
    "{{'api_key': '{}', 'to': 1}}",
    '{{"accessToken":"{}"}}',
    "client_secret={}",
    "password: {}",
    "PASSWORD => {}",
    "Authorization: Bearer {}",
    "Authorization: Basic {}",
    "{{'Authorization': 'Basic {}'}}",
    "authorization={}",
    "sent Bearer {}",
    "Cookie: __session={}; other=1",
    "Set-Cookie: a={}; Path=/",
    "key pbk_0123456789abcdef_{}",
    "sk-ant-{}",
    "https://user:{}@host.example/",
    "POST https://hooks.slack.com/services/T0/B0/{}: 404",
    "https://discord.com/api/webhooks/1/{}",
    "https://x.example?sig={}",
    "https://x.example#{}",
    "wss://x.example/{}",
    "1 validation error\n  Input should be a number [type=x, input_value='{}', input_type=str]",
    "-----BEGIN PRIVATE KEY-----\n{}",
]
PEOPLE = [
    "jane.doe+x@shop.example",
    "JANE@SHOP.EXAMPLE",
    "josé@exämple.com",
    "mailto:jane@shop.example",
    "jane%40shop.example",
    "+13155550101",
    "+1 (315) 555-0101",
    "+44 7911 123456",
    "(315) 555-0101",
    "315-555-0101",
    "315.555.0101",
]
IDS = [
    "org_thrive_syracuse",
    "3f2a9c1e-0b7d-4e55-9c1e-0b7d4e55aa10",
    "0123456789abcdef0123456789abcdef01234567",
    "2026-11-28T10:00:00.123456+00:00",
    "2026-11-28",
    "1764369600",
    "13155550101",
    "dead-letter-org_1-3155550101-0",
    "projects/demo-playbooks/locations/us-central1/jobs/playbook-1-schedule",
    "tenants/org_1/playbooks/price-alert",
    "steps[1].params.to",
    "price_gap 10.5% of 312.50",
    "password: is missing; it is required",
    "token: found a string; expected a number",
    "expected a Bearer token",
    "10.128.0.12:8080",
    "playbooks-runtime@demo.iam.gserviceaccount.com lacks roles/eventarc.eventReceiver",
    "create it here: https://console.firebase.google.com/v1/r/project/x/firestore/indexes?create_composite=Abc",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_secret_stays(shape: str) -> None:
    assert SECRET not in redact(shape.format(SECRET))


@pytest.mark.parametrize("person", PEOPLE)
def test_nobodys_address_stays(person: str) -> None:
    shown = redact(f"refused: {person}, try again")
    assert shown in {
        "refused: [email], try again",
        "refused: [phone], try again",
        "refused: mailto:[email], try again",
    }


@pytest.mark.parametrize("text", IDS)
def test_what_things_are_found_by_stays(text: str) -> None:
    assert redact(text) == text


def test_of_a_url_only_the_origin_stays() -> None:
    assert (
        redact("GET https://user:pw@shop.example:8443/menu?page=2 failed")
        == "GET https://shop.example:8443/… failed"
    )
    assert redact("https://shop.example/ is slow") == "https://shop.example/ is slow"


around = st.text(st.sampled_from(list("ab1 @.:;=/\"'+-_{}(),\n&?%é")), max_size=40)


@given(around, st.sampled_from([shape for shape in SHAPES if "PRIVATE" not in shape]), around)
def test_no_secret_stays_in_any_company(before: str, shape: str, after: str) -> None:
    assert SECRET not in redact(f"{before} {shape.format(SECRET)} {after}")


@given(around, st.sampled_from(PEOPLE), around)
def test_nobodys_address_stays_in_any_company(before: str, person: str, after: str) -> None:
    assert person not in redact(f"{before} {person} {after}")


@given(st.text(max_size=200))
def test_what_is_redacted_stays_so(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "apiKey",
            "X-Api-Key",
            "Authorization",
            "Cookie",
            "Set-Cookie",
            "password",
            "clientSecret",
            "accessToken",
        ),
        *("ownerEmail", "emails", "staffPhones", "phone", "to", "recipients"),
    ],
)
def test_names_whose_value_is_not_shown(name: str) -> None:
    assert is_private(name)


@pytest.mark.parametrize(
    "name",
    ["executionId", "orgId", "key", "inputTokens", "emailsUsed", "reason", "stepId", "total", "idempotencyKey"],
)
def test_names_whose_value_is_shown(name: str) -> None:
    assert not is_private(name)


HUNGRY = [
    *(
        "a",
        "a@",
        "@",
        "+1",
        "+",
        "1-",
        "(",
        "%",
        "%40",
        ".",
        "-",
        "eyJ",
        "eyJa.",
        "a.",
        " ",
        "token",
        "token=",
        "token ",
    ),
    *(
        "token='",
        'token="',
        "cookie:",
        "authorization: ",
        "authorization: bearer ",
        "bearer ",
        "https://",
        "https://a@",
    ),
    *(
        "https",
        "sk-",
        "pbk_",
        "pbk_0123456789abcdef_",
        "-----BEGIN ",
        "input_value=",
        "315-",
        "=>",
        ": ",
        "\n",
        "'",
        '"',
    ),
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", HUNGRY)
def test_no_text_takes_long(piece: str) -> None:
    """200 kB of what a pattern is hungry for: quadratic, one of them would take minutes."""
    assert redact(piece * (200_000 // len(piece)))
    assert redact(piece * (100_000 // len(piece)) + "\x00" + piece[::-1] * (100_000 // len(piece)))


@pytest.mark.timeout(30)
def test_no_pattern_takes_long_over_its_own_letters() -> None:
    for pattern, _ in redaction._PATTERNS:
        letters = re.sub(r"[^\w@+.:%-]", "", pattern.pattern)[:60] or "a"
        given_letters = letters * (100_000 // len(letters))
        assert len(pattern.sub("", given_letters)) <= len(given_letters)


pieces = st.sampled_from(
    [
        "pbk_",
        "0123456789abcdef",
        "_",
        "ghp_",
        "AIza",
        "apify_api_",
        "bearer",
        "Bearer ",
        "sk",
        "eyJ",
        "token ",
        "315 555 0101",
    ]
)
words = st.text(st.sampled_from("abefgkpx_019 AZ"), max_size=12)


@given(st.lists(pieces | words, max_size=6).map("".join))
def test_words_are_let_through_only_where_no_pattern_would_change_them(text: str) -> None:
    assert redact(text) == redact_thoroughly(text)
