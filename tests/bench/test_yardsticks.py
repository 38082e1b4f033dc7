"""The yardsticks find what the definition finds, and figures are told as they are."""

import json
from xml.etree import ElementTree as ET

import pytest

from bench import contenders, plot, race
from bench.timing import Figure


@pytest.fixture(scope="module")
def course() -> contenders.Course:
    return contenders.course(60, 3, 200)


@pytest.mark.parametrize("contender", contenders.YARDSTICKS, ids=lambda contender: contender.name)
def test_every_yardstick_finds_what_the_definition_finds(
    course: contenders.Course, contender: contenders.Contender
) -> None:
    assert sum(map(len, course.expected)) > 100
    matching = contender.make(course)
    assert [list(matching(given)) for given in contender.inputs(course)] == [*course.expected]


def _absent(_: contenders.Course) -> contenders.Matching:
    raise ModuleNotFoundError("No module named 'no_such_engine'")


def test_a_contender_that_finds_other_rules_is_left_out(course: contenders.Course) -> None:
    blind = contenders.Contender("blind", lambda _: lambda _: [], lambda course: course.facts)
    absent = contenders.Contender("absent", _absent, lambda course: course.facts)
    slow = race.race(course, [blind, absent, contenders.YARDSTICKS[1]], rounds=2, share=0.01, patience=30)
    assert [lane.median is None for lane in slow] == [True, True, False]
    assert slow[0].reason is not None
    assert slow[0].reason.startswith("finds other rules for ")
    assert slow[1].reason == "not installed: No module named 'no_such_engine'"
    assert json.dumps([lane.to_json() for lane in slow])


def test_a_figure_says_whether_its_aim_is_met() -> None:
    assert (
        Figure("x", 3.0, "µs", "y", 2.0, 1.6).text()
        == "x: 3.00 µs · y: 2.00 µs · ratio 1.50 (aim ≤ 1.6: met)"
    )
    assert Figure("x", 120.0, "MB", aim=60.0).text() == "x: 120 MB (aim ≤ 60: MISSED)"
    assert Figure("x", 12.0, "ms").text() == "x: 12.0 ms"


def test_the_picture_is_well_formed_and_names_every_series() -> None:
    series = {"ours": [(9, 1.0), (100, 2.0)], "a & b": [(9, 30.0), (100, 400.0)], "none": []}
    picture = plot.svg("Cost", series, ours="ours", yardsticks=())
    texts = [element.text for element in ET.fromstring(picture).iter() if element.tag.endswith("text")]
    assert {"ours", "a & b", "Cost"} <= {*texts}
    assert "none" not in texts


def test_a_picture_has_room_for_many_series_and_for_one_size() -> None:
    series = {f"engine {n}": [(9, 1.0 + n)] for n in range(30)}
    picture = plot.svg("Cost", series, ours="engine 0", yardsticks=())
    assert picture.count("<polyline") == 30
