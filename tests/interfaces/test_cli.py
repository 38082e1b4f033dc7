"""`trigdsl` itself: alone, and with a command that there is not."""

import pytest

from trigdsl.interfaces import cli

Captured = pytest.CaptureFixture[str]


def test_alone_it_prints_the_help(capsys: Captured) -> None:
    assert cli.main([]) == 2  # nothing was done, so a script that lost its arguments must not pass
    alone = capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert alone == capsys.readouterr().out
    assert "run rules on a stream of ticket events" in alone


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tests", "there is no command `tests`: did you mean `test`?"),
        ("Check", "there is no command `Check`: did you mean `check`?"),
        ("zebra", "there is no command `zebra`: `trigdsl --help` lists them"),
    ],
)
def test_a_command_that_there_is_not_is_wrong_use(capsys: Captured, name: str, said: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([name])
    assert left.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith(f"trigdsl: error: {said}\n")


@pytest.mark.parametrize("command", [["list", "zendesk"], ["check", "zendesk"], ["test"], ["demo"]])
def test_a_language_that_there_is_not_is_wrong_use(capsys: Captured, command: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--language", "zz"])
    assert left.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("there is no language `zz`; known are: en, fr\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "zzz"],
        ["check", "zendesk", "--allow", "zzz"],
        ["conformance", "--run", "zzz"],
    ],
)
def test_a_name_that_nothing_has_is_wrong_use(capsys: Captured, arguments: list[str]) -> None:
    assert cli.main(arguments) == 2
    assert capsys.readouterr().out == ""
