"""What a configuration means, and what is said of one that means nothing."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from budgetcalc.configuration import Allowance, Config, RuleSetting
from budgetcalc.errors import ConfigError
from budgetcalc.readers.config_file import read_config

EVERY_KIND_OF_MISTAKE = """\
version: 1
defualts: {model: x}
budgets:
  - name: agent
    files: ["prompts/**/*.json"]
    max_input_token: 10
    max_cost_usd: 1e3
    warn_at: 0.9
  - {files: [/etc/*], min_headroom: 20.5}
rules: {BC999: off, thinking-budget-blow-1024: warning, BC205: no}
ignores:
  - {file: "x"}
"""


def test_every_error_is_said_at_its_place(errors_of):
    """One run shows all that is wrong, in the order of the file."""
    assert errors_of(EVERY_KIND_OF_MISTAKE) == [
        'budgetcalc.yaml:2:1: unknown key "defualts"',
        'budgetcalc.yaml:6:5: unknown key "max_input_token"',
        'budgetcalc.yaml:7:5: expected a decimal number, got "1e3"',
        'budgetcalc.yaml:8:5: expected a percentage, got "0.9"',
        'budgetcalc.yaml:9:14: "/etc/*" is no glob of files under this folder',
        'budgetcalc.yaml:9:23: expected a percentage or a number of tokens, got "20.5"',
        'budgetcalc.yaml:10:9: no rule "BC999"',
        'budgetcalc.yaml:10:21: no rule "thinking-budget-blow-1024"',
        'budgetcalc.yaml:10:57: expected one of off, note, warning, error, got "no"',
        'budgetcalc.yaml:12:5: missing key "reason"',
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("version: 1\ndefualts: {}\n", "did you mean defaults?"),
        ("version: 1\nrules: {thinking-budget-blow-1024: off}\n", "did you mean thinking-budget-below-1024?"),
        ("version: 1\nbudgets: [{files: a, max_inptu_tokens: 1}]\n", "did you mean max_input_tokens?"),
        ("version: 1\nbudgets: [{files: a, warn_at: 0.9}]\n", "write it as 90%"),
    ],
)
def test_a_mistake_comes_with_a_suggestion(config_of, text, hint):
    """What was probably meant is said."""
    with pytest.raises(ConfigError) as caught:
        config_of(text)
    assert [error.hint for error in caught.value.errors] == [hint]


def test_words_of_yaml_are_plain_words(config_of):
    """`off` is a severity, `on` a key: neither is a truth value."""
    config = config_of("version: 1\ndefaults: {on: 2026-11-22}\nrules: {BC205: off, BC601: warning}\n")
    assert config.defaults.on == date(2026, 11, 22)
    assert config.rules == (RuleSetting("BC205", "off"), RuleSetting("BC601", "warning"))


def test_money_is_read_from_its_text(config_of):
    """Ten cents are ten cents, and trailing zeros survive: no float was in between."""
    config = config_of("version: 1\nbudgets: [{files: a, max_cost_usd: 0.10, max_suite_cost_usd: 2.00}]\n")
    assert str(config.budgets[0].max_cost_usd) == "0.10"
    assert str(config.budgets[0].max_suite_cost_usd) == "2.00"


def test_headroom_is_a_share_or_tokens(config_of):
    """20 % of a window of 200,000 are 40,000 tokens; a number is itself."""
    config = config_of(
        "version: 1\nbudgets: [{files: a, min_headroom: 20%}, {files: b, min_headroom: 4000}]\n"
    )
    first, second = (budget.min_headroom for budget in config.budgets)
    assert first == Allowance(percent=Decimal(20))
    assert (first.of(200_000), str(first)) == (200_000 * 20 / Decimal(100), "20%")
    assert (second.of(200_000), str(second)) == (4000, "4,000 tokens")


def test_budgets_and_ignores_know_their_lines(config_of):
    """A finding about the configuration itself points into it."""
    config = config_of(
        "version: 1\nbudgets:\n  - files: a\n  - files: b\nignores:\n  - {file: a, reason: b}\n"
    )
    assert [budget.line for budget in config.budgets] == [3, 4]
    assert [ignore.line for ignore in config.ignores] == [6]


def test_a_budget_without_a_name_has_that_of_its_files(config_of):
    """Messages can always name the budget."""
    assert config_of("version: 1\nbudgets: [{files: [CLAUDE.md, b]}]\n").budgets[0].name == "CLAUDE.md"


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ("[{name: a, prompt: x, fed_by: [a]}]", 'no earlier stage "a"'),
        ("[{name: a, prompt: x, fed_by: [b]}, {name: b, prompt: y}]", 'no earlier stage "b"'),
        ("[{name: a, prompt: x}, {name: a, prompt: y}]", 'the name "a" is used twice'),
    ],
)
def test_stages_are_fed_by_earlier_ones(errors_of, stages, said):
    """Nothing runs in a circle, and every name means one stage."""
    [error] = errors_of(f"version: 1\npipelines: [{{name: p, stages: {stages}}}]\n")
    assert said in error


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nversion: 1\n", ':2:1: duplicate key "version"'),
        ("version: 1\nbudgets: &a []\n", ":2:10: anchors and aliases"),
        ("version: 1\nbudgets: [{files: !x y}]\n", ":2:19: the tag !x is not taken here"),
        ("version: 1\nbudgets: [\n", "is not YAML"),
        ("version: 1\n---\nversion: 1\n", "more than one YAML document"),
        ("a: " + "[" * 40 + "]" * 40, "nested deeper than 30 levels"),
        (
            "version: 1\nrules: {" + ", ".join(f"BC{i}: off" for i in range(60_000)) + "}\n",
            "more than 50,000 values",
        ),
        ("version: 1\ndefaults: {model: \x07}\n", "U+0007"),
        ("", "expected a mapping, got nothing"),
        ("[1]", "expected a mapping, got a list"),
        ("version: 1\n? [a]\n: b\n", "a key must be a plain word"),
    ],
)
def test_hostile_yaml_is_refused(errors_of, text, said):
    """Whatever says one thing and means another, or is far too much, is no configuration."""
    assert said in errors_of(text)[0]


def test_a_terminal_does_not_obey_a_key(errors_of):
    """Names from the file are shown escaped."""
    [error] = errors_of('version: 1\n"\\e[31mred": 1\n')
    assert "\x1b" not in error


def test_broken_utf_8_names_its_line(tmp_path):
    """Bytes that are no text are not guessed at."""
    path = tmp_path / "budgetcalc.yaml"
    path.write_bytes(b"version: 1\n# caf\xe9\n")
    with pytest.raises(ConfigError, match=r":2: is not UTF-8: byte 0xe9"):
        read_config(path)


def test_nothing_is_configured_by_default():
    """Without a file there is no budget, no setting and no ignore."""
    assert Config() == Config(file="", budgets=(), rules=(), ignores=())


@pytest.mark.parametrize(
    "name",
    [
        "\N{GRINNING FACE}",
        "a\N{GRINNING FACE}\N{CJK UNIFIED IDEOGRAPH-20000}",
        r"\ud83d\ude00",
        "\\\N{GRINNING FACE}",
    ],
)
def test_json_is_read_as_a_configuration(config_of, name):
    """Names beyond U+FFFF too, which JSON in ASCII writes as two escapes and YAML as one."""
    document = {"version": 1, "budgets": [{"name": name, "files": ["a"], "max_input_tokens": 1}]}
    for text in (
        json.dumps(document),
        "\n" + json.dumps(document, indent=1),
        json.dumps(document, ensure_ascii=False),
    ):
        assert config_of(text).budgets[0].name == name


def test_a_mistake_in_json_has_its_place(errors_of):
    """Also behind such a name, and half of one is refused."""
    document = {"version": 1, "budgets": [{"name": "\N{GRINNING FACE}", "files": ["a"]}], "rulse": {}}
    (error,) = errors_of(json.dumps(document, indent=1))
    assert error == 'budgetcalc.yaml:11:2: unknown key "rulse"'
    (error,) = errors_of('{"version": 1,\n "budgets": [{"name": "\\ud83d", "files": ["a"]}]}')
    assert error.startswith("budgetcalc.yaml:2:")
