"""Each query of the dashboard passes the rules for those whose page makes it, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.dashboard_queries import DocumentQuery, ListQuery, Registered, dashboard_queries
from tests.rules.conftest import People
from tests.rules.rest import RestClient
from tests.rules.world import ORG, seed

QUERIES = dashboard_queries(ORG)
EDITORS, MEMBERS = ("owner", "editor"), ("owner", "editor", "viewer")
OUTSIDERS = ("stranger", "orgless", "empty org", "roleless", "odd role", "nobody")

each_query = pytest.mark.parametrize("registered", QUERIES, ids=[one.name for one in QUERIES])


@pytest.fixture(scope="module", autouse=True)
def sampled(people: People) -> None:
    """Every collection with a document, and the documents that the samples name."""
    server = people["server"]
    seed(server)
    server.put({path: {"orgId": ORG, "name": "A"} for path in _documents(QUERIES)})


def _documents(queries: Iterable[Registered]) -> list[str]:
    return [one.query.path for one in queries if isinstance(one.query, DocumentQuery)]


def _ask(client: RestClient, query: ListQuery | DocumentQuery) -> int:
    if isinstance(query, DocumentQuery):
        return client.get(query.path)
    return client.query(query.path, query.where, query.directions, query.limit)


@each_query
@pytest.mark.parametrize("person", MEMBERS)
def test_it_is_answered_where_the_page_shows_it(people: People, registered: Registered, person: str) -> None:
    may = MEMBERS if registered.readers == "members" else EDITORS
    assert _ask(people[person], registered.query) == (200 if person in may else 403)


@each_query
@pytest.mark.parametrize("person", OUTSIDERS)
def test_nobody_else_is_answered(people: People, registered: Registered, person: str) -> None:
    assert _ask(people[person], registered.query) == 403
