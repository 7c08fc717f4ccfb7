"""What is declared of access to Kafka is what the code needs: all of it, and nothing else."""

from __future__ import annotations

import pytest

from shared.events.catalogue import CONSUMES, DOORS, EXTERNAL, PRODUCERS
from shared.events.policies import POLICIES
from shared.events.reviews import REVIEWS
from shared.events.submissions import SUBMISSIONS
from shared.kafka.acls import CLUSTER, Grant, declared, principals, undeclared
from shared.kafka.topics import declared as declared_topics
from shared.settings import SERVICES

OUTSIDERS = {"submitter": SUBMISSIONS, "reviewer": REVIEWS, "publisher": POLICIES}


def needed(service: str) -> set[Grant]:
    written = {topic for topic, by in PRODUCERS.items() if by == service} | {*DOORS[service]}
    return {
        *(Grant(service, "topic", topic, "read") for topic in CONSUMES[service]),
        *(Grant(service, "topic", topic, "write") for topic in written),
        Grant(service, "group", f"priorauth-{service}", "read"),
    }


def of(principal: str) -> set[Grant]:
    return {grant for grant in declared() if grant.principal == principal}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_what_it_does_and_nothing_else(service: str):
    assert of(service) == needed(service)


@pytest.mark.parametrize(("principal", "topic"), OUTSIDERS.items())
def test_an_outsider_may_write_its_topic_and_nothing_else(principal: str, topic: str):
    assert of(principal) == {Grant(principal, "topic", topic, "write")}
    assert topic in EXTERNAL


def test_who_looks_after_the_system_reads_no_record_and_writes_none():
    rest = {*principals()} - {*SERVICES} - {*OUTSIDERS}

    assert rest == {"operations", "topics"}
    assert {(grant.kind, grant.operation) for name in rest for grant in of(name)} == {
        ("topic", "create"),
        ("topic", "alter"),
        ("topic", "alter_configs"),
        ("topic", "describe"),
        ("topic", "describe_configs"),
        ("group", "describe"),
        ("cluster", "describe"),
    }


def test_every_topic_that_is_named_is_one():
    named = {grant.name for grant in declared() if grant.kind == "topic"} - {"pa.*"}

    assert named <= {topic.name for topic in declared_topics()}


NOT_DECLARED = [
    Grant("submitter", "topic", "pa.reviews.v1", "write"),
    Grant("somebody", "topic", "pa.reviews.v1", "write"),
    Grant("somebody", "topic", "pa.r*", "write"),
    Grant("somebody", "topic", "p*", "write"),
    Grant("somebody", "topic", "*", "read"),
    Grant("somebody", "topic", "pa.new.v1", "read"),
    Grant("somebody", "group", "priorauth-intake", "read"),
    Grant("intake", "topic", "elsewhere", "read"),
    Grant("intake", "cluster", CLUSTER, "alter"),
    Grant("intake", "topic", "pa.intake.v1", "write", allowed=False),
    Grant("intake", "topic", "pa.intake.v1", "write", host="10.0.0.1"),
    Grant("*", "topic", "pa.intake.v1", "write"),
]
OTHERS = [
    Grant("somebody", "topic", "billing", "read"),
    Grant("somebody", "topic", "b*", "read"),
    Grant("somebody", "group", "billing", "read"),
    Grant("somebody", "cluster", CLUSTER, "describe"),
]


@pytest.mark.parametrize("grant", NOT_DECLARED, ids=str)
def test_a_right_that_nobody_declared_is_found(grant: Grant):
    assert undeclared({*declared(), grant}) == [grant]


@pytest.mark.parametrize("grant", OTHERS, ids=str)
def test_a_right_that_is_none_of_this_products_is_left_alone(grant: Grant):
    assert undeclared({*declared(), grant}) == []
