"""The workload is what the page says: always the same for a seed, and all of it fits."""

import statistics

import pytest

from bench import workload


def test_a_seed_gives_the_same_rules_and_events() -> None:
    assert workload.rules(30, 4) == workload.rules(30, 4)
    assert workload.rules(30, 4) != workload.rules(30, 5)
    assert [*workload.lines(50, 4)] == [*workload.lines(50, 4)]
    assert [*workload.lines(50, 4)] != [*workload.lines(50, 5)]


def test_events_are_of_about_the_size_of_real_ones() -> None:
    assert 1_000 < statistics.mean(len(line) for line in workload.lines(1_000)) < 1_200


@pytest.mark.parametrize("number", [9, 100])
def test_about_as_many_rules_hold_as_are_aimed_at(number: int) -> None:
    ruleset = workload.ruleset(number)
    people = ruleset.directory(workload.directory())
    fold = ruleset.fold(directory=people, render=False)
    fired = [len(fold.feed(event).fired) for event in workload.events(1_000)]
    assert 0.7 < statistics.mean(fired) / workload.matches_aimed_at(number) < 1.4


@pytest.mark.parametrize("new_words", [False, True])
def test_a_fixed_number_of_tickets_is_created_first_and_then_updated(new_words: bool) -> None:
    events = [*workload.events(300, tickets=20, new_words=new_words)]
    assert [event["type"] for event in events].count("ticket.created") == 20
    ruleset = workload.ruleset(9)
    fold = ruleset.fold(render=False)
    for event in events:
        fold.feed(event)
    assert len(fold.tickets) == 20


def test_new_words_never_come_twice() -> None:
    words = [
        word for e in workload.events(200, new_words=True) for word in e["data"]["set"]["subject"].split()
    ]
    assert len({*words}) == len(words)
