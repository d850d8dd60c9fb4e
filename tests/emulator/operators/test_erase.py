"""`playbooks erase`: nothing of the customer or org is left, whenever it dies; opt-outs outlast it; others stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from local.operators.erasure import customer, org, report
from local.stack.running import Stack
from shared.compliance import opt_out_list, suppressions
from shared.gcp import clients
from shared.gcp.secret_manager import read_secret, write_secret
from shared.messages.channels import slack
from shared.runs.messages import unpack
from shared.runs.record import ExecutionStatus
from shared.secrets import ids
from shared.triggers import jobs
from shared.triggers.jobs import JobOwner
from tests.accounts import sign_up
from tests.emulator.operators.command import Command
from tests.emulator.operators.erased import EMAIL, NOW, OTHER, PHONE, RUN, SHOP, TRACES, everything, open_shops
from tests.harness.killing import Executioner, Killed, killing
from tests.harness.shop_records import customers_of, orders_of

pytestmark = pytest.mark.usefixtures("quiet_queues")


@pytest.fixture(autouse=True)
def shops(quiet_queues: Stack) -> None:
    open_shops()


def traces(org_id: str) -> dict[str, list[str]]:
    """What still names the customer, by the document's path."""
    found = {}
    for path, fields in everything(org_id).items():
        said = str(fields)
        if isinstance(fields, dict) and "effects" in fields:
            said += str(unpack(fields["effects"]["mail"]["message"]))
        if named := [trace for trace in TRACES if trace.lower() in said.lower()]:
            found[path] = named
    return found


def opted_out(org_id: str) -> tuple[bool, bool]:
    return EMAIL in opt_out_list.read(org_id, "email"), PHONE in opt_out_list.read(org_id, "sms")


def test_nothing_names_an_erased_customer_and_their_opt_out_outlasts_them(playbooks: Command) -> None:
    assert len(traces(SHOP)) >= 9
    told = playbooks.json("erase", "customer", "--org", SHOP, "--email", EMAIL, "--confirm", SHOP)
    assert traces(SHOP) == {}
    assert told["counts"]["tenants/*/customers"] == {"deleted": 1}
    assert told["counts"]["customer_contacts"] == {"deleted": 1}
    assert told["counts"]["Cloud Storage"] == {"changed": 2}
    for place in ("tenants/*/orders", "playbook_executions", "campaign_pages", "tenants/*/playbooks/*/versions"):
        assert told["counts"][place] == {"changed": 1}
    assert opted_out(SHOP) == (True, True)
    assert EMAIL in suppressions.refusals(SHOP, [EMAIL], NOW)
    assert len(traces(OTHER)) >= 9


def test_the_sale_stays_without_the_customer_in_the_packs_too(playbooks: Command) -> None:
    playbooks("erase", "customer", "--org", SHOP, "--id", "ann", "--confirm", SHOP)
    orders = orders_of(SHOP, NOW - timedelta(hours=2), NOW)
    assert sorted((one.id, one.customer_id) for one in orders.records) == [("o1", None), ("o2", "bo")]
    assert [one.id for one in customers_of(SHOP).records] == ["bo"]


def test_a_dry_run_counts_the_same_and_changes_nothing(playbooks: Command) -> None:
    before = everything(SHOP)
    counted = playbooks.json("erase", "customer", "--org", SHOP, "--phone", PHONE, "--dry-run")["counts"]
    assert everything(SHOP) == before
    done = playbooks.json("erase", "customer", "--org", SHOP, "--phone", PHONE, "--confirm", SHOP)["counts"]
    assert counted == done


def test_nobody_erases_by_a_slip_of_the_keyboard(playbooks: Command) -> None:
    before = everything(SHOP)
    assert "nothing was erased" in playbooks("erase", "org", SHOP, "--confirm", OTHER, code=1)
    assert "expected --id, --email or --phone" in playbooks("erase", "customer", "--org", SHOP, code=2)
    assert "--phone" in playbooks("erase", "customer", "--org", SHOP, "--phone", "soon", code=2)
    assert "there is no org" in playbooks("erase", "org", "org_none", "--confirm", "org_none", code=1)
    assert everything(SHOP) == before


def test_runs_under_way_keep_an_erasure_from_beginning_unless_they_are_stopped(playbooks: Command) -> None:
    path = f"playbook_executions/{RUN}"
    clients.firestore().document(path).update({"status": ExecutionStatus.WAITING.value})
    assert RUN in playbooks("erase", "customer", "--org", SHOP, "--email", EMAIL, "--confirm", SHOP, code=1)
    assert "1 runs are under way" in playbooks("erase", "org", SHOP, "--confirm", SHOP, code=1)
    assert len(traces(SHOP)) >= 9
    playbooks("erase", "customer", "--org", SHOP, "--email", EMAIL, "--confirm", SHOP, "--cancel-runs")
    assert traces(SHOP) == {}
    assert (clients.firestore().document(path).get().to_dict() or {})["status"] == "cancelled"


def test_a_customers_erasure_that_dies_anywhere_is_run_again_and_counts_each_thing_once() -> None:
    whole = _erase_customer().counts
    for at in (2, 8, 19, 33, 48):
        open_shops(SHOP)
        clients.firestore().document(_ledger("customer", EMAIL)).delete()
        _dies(lambda: _erase_customer(), at)
        counts = _erase_customer().counts
        assert traces(SHOP) == {}, f"killed at call {at}"
        assert opted_out(SHOP) == (True, True)
        assert counts["tenants/*/customers"] == whole["tenants/*/customers"], f"killed at call {at}"
        assert counts["playbook_executions"] == whole["playbook_executions"]


def test_of_an_erased_org_nothing_is_left_but_hashes_and_the_proof(playbooks: Command, quiet_queues: Stack) -> None:
    account = sign_up(quiet_queues, orgId=SHOP, role="owner")
    _make_job(SHOP)
    _make_job(OTHER)
    for name in (slack.secret_id(SHOP), ids.secret_id(SHOP, "TILL"), ids.secret_id(f"{SHOP}-2", "TILL")):
        write_secret(name, "https://elsewhere.example")
    others = everything(OTHER)
    counted = playbooks.json("erase", "org", SHOP, "--dry-run")
    told = playbooks.json("erase", "org", SHOP, "--confirm", SHOP)
    left = everything(SHOP)
    assert {path.partition("/")[0] for path in left} == {"customer_opt_outs", "erasures"}
    assert traces(SHOP) == {}
    assert opted_out(SHOP) == (True, True)
    assert everything(OTHER) == others
    assert [owner.org_id for _, owner in jobs.playbook_jobs()] == [OTHER]
    assert account.uid not in _uids()
    assert told["counts"]["secrets"] == {"deleted": 2}
    assert read_secret(ids.secret_id(f"{SHOP}-2", "TILL")) == "https://elsewhere.example"
    assert told["counts"]["Cloud Storage"] == {"deleted": 2}
    assert told["counts"]["tenants/*/notes_of_another_system/*/below"] == {"deleted": 1}
    for place in ("tenants", "tenants/*/customers", "tenants/*/order_days", "playbook_executions"):
        assert counted["counts"][place]["deleted"] == told["counts"][place]["deleted"]
    assert left[_ledger("org", SHOP)]["status"] == "completed"


def test_an_orgs_erasure_that_dies_anywhere_is_run_again() -> None:
    others = everything(OTHER)
    for at in (3, 14, 31, 57, 74):
        open_shops(SHOP)
        clients.firestore().document(_ledger("org", SHOP)).delete()
        _dies(lambda: org.erase(SHOP, dry_run=False), at)
        told = org.erase(SHOP, dry_run=False) if _is_unfinished() else None
        assert {path.partition("/")[0] for path in everything(SHOP)} == {"customer_opt_outs", "erasures"}
        assert told is None or told.counts["tenants"]["deleted"] == 1
    assert everything(OTHER).keys() == others.keys()


def _erase_customer() -> report.Report:
    return customer.erase(customer.find(SHOP, emails=[EMAIL]), request=EMAIL, dry_run=False)


def _dies(call: Any, at: int) -> None:
    try:
        with killing(Executioner(at, after=at % 3 == 0)):
            call()
    except Killed:
        pass


def _is_unfinished() -> bool:
    return (clients.firestore().document(_ledger("org", SHOP)).get().to_dict() or {}).get("status") != "completed"


def _ledger(kind: Any, subject: str) -> str:
    return str(report.reference_of(kind, SHOP, subject).path)


def _make_job(org_id: str) -> None:
    owner = JobOwner(org_id, "p1", "t1")
    job = {
        "name": jobs.job_name(owner),
        "schedule": "0 9 * * *",
        "time_zone": "UTC",
        "http_target": {"uri": jobs.execute_url("p1"), "http_method": "POST", "body": jobs.execute_body(owner)},
    }
    jobs.put_job(job)


def _uids() -> set[str]:
    from firebase_admin import auth

    from shared.api.firebase_app import firebase_app

    return {one.uid for one in auth.list_users(app=firebase_app()).iterate_all()}
