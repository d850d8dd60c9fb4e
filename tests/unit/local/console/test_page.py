from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from local.console.page import leaf, moment
from local.providers.mailjet import DEMO_CREDENTIALS
from tests.unit.local.fakes import START, FakeCloud, make_app

HOSTILE = '"><script>alert(1)</script>'
LOCATION = "projects/demo-playbooks/locations/us-central1"


def send_mail(console: TestClient, *, subject: str = "Prices", html: str = "<h1>Cheaper</h1>", **more: Any) -> str:
    message = {
        "From": {"Email": "hello@playbooks.test"},
        "To": [{"Email": "owner@thrive.test"}],
        "Subject": subject,
        "HTMLPart": html,
        "CustomID": "exec-1:notify",
        **more,
    }
    auth = (DEMO_CREDENTIALS.key, DEMO_CREDENTIALS.secret)
    console.post("/providers/mailjet/v3.1/send", json={"Messages": [message]}, auth=auth)
    message_id: str = console.get("/api/outbox").json()[-1]["id"]
    return message_id


def page(console: TestClient, path: str = "/panels") -> LexborHTMLParser:
    answer = console.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def part(console: TestClient, name: str, path: str = "/panels") -> str:
    (node,) = page(console, path).css(f'[data-part="{name}"]')
    return " ".join(node.text().split())


def test_a_mail_is_shown_as_its_reader_sees_it(console: TestClient) -> None:
    message_id = send_mail(console)

    (frame,) = page(console, f"/?message={message_id}").css("iframe")

    assert frame.attributes["srcdoc"] == "<h1>Cheaper</h1>"


def test_a_mails_own_pictures_are_shown_in_their_places(console: TestClient) -> None:
    picture = {"ContentType": "image/png", "Filename": "c.png", "ContentID": "chart-1", "Base64Content": "UE5H"}
    message_id = send_mail(console, html='<img src="cid:chart-1">', InlinedAttachments=[picture])

    (frame,) = page(console, f"/?message={message_id}").css("iframe")

    assert frame.attributes["srcdoc"] == '<img src="data:image/png;base64,UE5H">'


def test_a_mails_frame_is_sandboxed_and_its_markup_stays_inside(console: TestClient) -> None:
    message_id = send_mail(console, html=HOSTILE)

    (frame,) = page(console, f"/?message={message_id}").css("iframe")

    assert frame.attributes["sandbox"] in ("", None)
    assert frame.attributes["srcdoc"] == HOSTILE


def test_a_hostile_subject_makes_no_markup(console: TestClient) -> None:
    send_mail(console, subject=HOSTILE)

    panels = page(console)

    assert panels.css("script") == []
    assert [node.text() for node in panels.css(".subject")] == [HOSTILE]


def test_scripts_come_from_the_console_alone(console: TestClient) -> None:
    policy = console.get("/").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy


def test_the_page_loads_nothing_from_elsewhere(console: TestClient) -> None:
    whole = page(console, "/")
    loaded = [node.attributes["href"] for node in whole.css("link")]
    loaded += [node.attributes["src"] for node in whole.css("script, img")]

    assert {console.get(str(address)).status_code for address in loaded} == {200}
    assert all(str(address).startswith("/assets/") for address in loaded)


def test_the_newest_message_comes_first(console: TestClient) -> None:
    send_mail(console, subject="Older")
    send_mail(console, subject="Newer")

    assert [node.text() for node in page(console).css(".subject")] == ["Newer", "Older"]


def test_the_tabs_count_each_channel(console: TestClient) -> None:
    send_mail(console)
    send_mail(console)

    assert "All 2 Email 2 SMS 0 Slack 0 Drive 0" in part(console, "outbox")


def test_a_long_outbox_is_cut_and_says_so(console: TestClient) -> None:
    posts = "/providers/slack/services/T1/B1/x"
    for _ in range(201):
        console.post(posts, json={"text": "Low stock"})

    assert "The newest 200 of 201" in part(console, "outbox")


def test_a_message_that_is_gone_is_reported_as_gone(console: TestClient) -> None:
    assert "no longer in the outbox" in page(console, "/?message=msg-9").text()


def test_a_job_is_shown_with_its_schedule_and_zone(console: TestClient, cloud: FakeCloud) -> None:
    cloud.jobs.append(
        {
            "name": f"{LOCATION}/jobs/price-alert",
            "schedule": "0 9 * * *",
            "timeZone": "America/New_York",
            "state": "ENABLED",
            "scheduleTime": "2026-11-24T14:00:00Z",
        }
    )

    shown = part(console, "jobs")

    assert "price-alert enabled 0 9 * * * America/New_York" in shown
    assert "next Tue 24 Nov 2026, 14:00:00 UTC" in shown


def waiting_task(number: int) -> dict[str, Any]:
    name = f"{LOCATION}/queues/run/tasks/exec-{number}"
    return {"name": name, "scheduleTime": "2026-11-23T14:00:00Z", "running": False}


def test_a_queue_is_shown_with_its_waiting_tasks(console: TestClient, cloud: FakeCloud) -> None:
    queue = {"name": f"{LOCATION}/queues/run", "state": "RUNNING", "taskCount": 1, "tasks": [waiting_task(1)]}
    cloud.queues.append(queue)

    shown = part(console, "queues")

    assert "run running 1 waiting" in shown
    assert "exec-1 Mon 23 Nov 2026, 14:00:00" in shown


def test_a_long_queue_is_cut_and_says_so(console: TestClient, cloud: FakeCloud) -> None:
    tasks = [waiting_task(number) for number in range(60)]
    cloud.queues.append({"name": "run", "state": "RUNNING", "taskCount": 500, "tasks": tasks})

    shown = part(console, "queues")

    assert "500 waiting" in shown
    assert "and 450 more" in shown


def test_a_job_is_shown_with_how_its_last_attempt_ended(console: TestClient, cloud: FakeCloud) -> None:
    attempt = {"lastAttemptTime": "2026-11-23T14:00:00Z", "lastStatus": "URL_UNREACHABLE"}
    cloud.jobs.append({"name": "jobs/price-alert", "state": "ENABLED", **attempt})

    assert "last Mon 23 Nov 2026, 14:00:00 UTC: URL_UNREACHABLE" in part(console, "jobs")


def test_ordered_faults_are_shown(console: TestClient) -> None:
    console.post("/api/faults", json={"provider": "mailjet", "status": 0, "times": 3, "delaySeconds": 2})

    assert "mailjet dropped next 3, after 2 s" in part(console, "faults")


def test_demo_stores_are_linked(console: TestClient) -> None:
    menu = {"name": "Green Leaf", "products": [{"name": "A", "category": "B", "price": 1}]}
    console.put("/api/stores/green-leaf", json=menu)

    (link,) = page(console).css('[data-part="stores"] a')

    assert (link.attributes["href"], link.text()) == ("/stores/green-leaf", "Green Leaf")
    assert "1 product" in part(console, "stores")


def test_the_clock_and_a_starting_stack_are_shown() -> None:
    console = TestClient(make_app(ready={"functions": False}))

    assert part(console, "clock") == "Mon 23 Nov 2026, 14:00:00 UTC starting: 1 missing"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        (START, "Mon 23 Nov 2026, 14:00:00"),
        ("2026-11-23T09:00:00-05:00", "Mon 23 Nov 2026, 14:00:00"),
        ("soon", "soon"),
    ],
)
def test_a_moment_is_readable(value: object, shown: str) -> None:
    assert moment(value) == shown


def test_a_leaf_is_the_last_part_of_a_name() -> None:
    assert leaf(f"{LOCATION}/jobs/nightly") == "nightly"


def test_the_page_leads_to_the_dashboard_and_a_mail_to_its_run(console: TestClient) -> None:
    message_id = send_mail(console)

    links = {link.attributes["href"] for link in page(console, f"/?message={message_id}").css("a")}

    dashboard = "http://127.0.0.1:5000"
    assert {f"{dashboard}/", f"{dashboard}/runs", f"{dashboard}/runs/exec-1"} <= links
