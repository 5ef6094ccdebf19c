"""What a project's configuration fills in, and what goes before it."""

from __future__ import annotations

import json
import os

import pytest


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a configuration and a prompt, as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompt.md").write_text("Hello")
    (tmp_path / "usage.json").write_text('{"input_tokens": 1000000, "output_tokens": 0}')

    def write(defaults: str) -> None:
        (tmp_path / "budgetcalc.yaml").write_text(f"version: 1\ndefaults: {{{defaults}}}\n")

    return write


def estimated(result) -> dict:
    return json.loads(result.stdout)["estimates"][0]


def test_defaults_fill_what_a_request_lacks(run, project):
    """Model, max_tokens and the day come from the project."""
    project("model: claude-haiku-4-5, max_tokens: 700, on: 2026-03-01")
    answer = estimated(run("estimate", "prompt.md", "-f", "json"))
    assert (answer["model"], answer["budget"]["max_tokens"]) == ("claude-haiku-4-5-20251001", 700)
    assert answer["on"] == "2026-03-01"
    said = {"`max_tokens` comes from the project's config", "`model` comes from the project's config"}
    assert said <= set(answer["notes"])
    assert "`model` comes from the project's config" in run("estimate", "prompt.md").stdout


def test_what_a_request_says_stays(run, project, request_file):
    """A default never replaces, and nobody is warned about it."""
    project("model: claude-haiku-4-5, max_tokens: 700")
    result = run("estimate", request_file(model="claude-opus-4-6", max_tokens=50), "-f", "json")
    answer = estimated(result)
    assert (answer["model"], answer["budget"]["max_tokens"]) == ("claude-opus-4-6", 50)
    assert "ignored" not in result.stderr
    assert not any("config" in note for note in answer["notes"])


def test_flags_go_before_environment_before_project(run, project):
    """The nearest to the user wins."""
    project("model: claude-haiku-4-5, max_tokens: 700, on: 2026-03-01")
    args = ["estimate", "prompt.md", "-f", "json"]
    by_env = estimated(run(*args, env={"BUDGETCALC_ON": "2026-04-01"}))
    by_flag = estimated(
        run(*args, "--on", "2026-05-01", "--max-tokens", "9", env={"BUDGETCALC_ON": "2026-04-01"})
    )
    assert (by_env["on"], by_flag["on"]) == ("2026-04-01", "2026-05-01")
    assert by_flag["budget"]["max_tokens"] == 9


def test_config_none_takes_none(run, project):
    """A prompt without a model cannot be estimated without the project's."""
    project("model: claude-haiku-4-5")
    assert run("estimate", "prompt.md", "-q").exit_code == 0
    assert run("estimate", "prompt.md", "--config", "none").exit_code == 2


def test_config_names_a_file(run, project, tmp_path):
    """The flag and the environment name another file than the one that would be found."""
    project("model: nobody-knows")
    other = tmp_path / "other.yaml"
    other.write_text("version: 1\ndefaults: {model: claude-haiku-4-5}\n")
    assert run("estimate", "prompt.md", "--config", str(other)).exit_code == 0
    assert run("estimate", "prompt.md", env={"BUDGETCALC_CONFIG": str(other)}).exit_code == 0
    assert run("estimate", "prompt.md").exit_code == 2
    assert run("estimate", "prompt.md", "--config", "missing.yaml").exit_code == 2


def test_price_takes_the_projects_model_and_day(run, project):
    """A bare usage object is priced as the project's model: a million tokens at $1."""
    project("model: claude-haiku-4-5, on: 2026-03-01")
    result = run("price", "usage.json", "-f", "json", "-v")
    assert json.loads(result.stdout)["total_usd"] == "1"
    assert "config: budgetcalc.yaml" in result.stderr
    assert "date: 2026-03-01 (from the config)" in result.stderr


def test_the_projects_prices_go_over_the_bundled_ones(run, project, tmp_path):
    """defaults.pricing is found beside the configuration, wherever the command runs."""
    project("model: claude-haiku-4-5, pricing: prices.yaml")
    (tmp_path / "prices.yaml").write_text(
        "version: 1\nsources: {own: {title: Own, url: 'https://example.com', checked: 2026-01-01}}\n"
        "models: [{id: claude-haiku-4-5-20251001, prices: [{input: 7, output: 9, source: own}]}]\n"
    )
    (tmp_path / "below").mkdir()
    os.chdir(tmp_path / "below")
    result = run("price", "../usage.json", "-f", "json")
    assert json.loads(result.stdout)["total_usd"] == "7"


def test_verbose_says_where_values_come_from(run, project):
    """Which file was found is no secret."""
    project("model: claude-haiku-4-5, max_tokens: 700, betas: [context-1m-2025-08-07]")
    said = run("estimate", "prompt.md", "-v").stderr
    assert "config: budgetcalc.yaml" in said
    assert "model: each request's own, else claude-haiku-4-5 (from the config)" in said
    assert "betas: each request's own, and context-1m-2025-08-07 (from the config)" in said
    assert "max_tokens: each request's own, else 700 (from the config)" in said


def test_a_broken_configuration_stops_the_command(run, project):
    """Numbers under a configuration that was not understood would be other numbers than asked for."""
    project("modle: x, max_tokens: many")
    result = run("estimate", "prompt.md")
    assert result.exit_code == 2
    assert 'budgetcalc.yaml:2:12: unknown key "modle"' in result.stderr
    assert "budgetcalc.yaml:2:22: expected a whole number" in result.stderr


UNKNOWN_MODELS = """version: 1
defaults: {model: claude-sonet-4-6, max_token: 5}
pipelines:
  - name: report
    stages:
      - {name: plan, prompt: p.md, model: claude-opus-9}
"""


@pytest.mark.parametrize("command", ["estimate", "lint", "plan"])
def test_unknown_models_are_errors_of_the_configuration(run, tmp_path, command):
    """Each with its place and near names, among all the other errors, and none is blamed on the prompt."""
    config, prompt = tmp_path / "budgetcalc.yaml", tmp_path / "p.md"
    config.write_text(UNKNOWN_MODELS, encoding="utf-8")
    prompt.write_text("Hello", encoding="utf-8")
    result = run(command, *([] if command == "plan" else [str(prompt)]), "--config", str(config))
    assert result.exit_code == 2
    assert (
        f'{config}:2:12: unknown model "claude-sonet-4-6"\nhint: did you mean claude-sonnet-4-6'
        in result.stderr
    )
    assert f'{config}:2:37: unknown key "max_token"' in result.stderr
    assert f'{config}:6:36: unknown model "claude-opus-9"' in result.stderr
    assert "3 errors in the configuration" in result.stderr


def test_a_model_of_the_projects_own_prices_is_known(run, tmp_path):
    """Names are looked up in the table that the command will use: of --pricing, else of the project."""
    model = "{id: mine, same_as: claude-opus-4-6, name: Mine, lifecycle: {source: own}}"
    source = "{title: Own, url: 'https://example.com', checked: 2026-11-01}"
    overlay = f"version: 1\nchecked: 2026-11-01\nsources: {{own: {source}}}\nmodels:\n  - {model}\n"
    (tmp_path / "prices.yaml").write_text(overlay, encoding="utf-8")
    config, prompt = tmp_path / "c.yaml", tmp_path / "p.md"
    prompt.write_text("Hello", encoding="utf-8")
    config.write_text("version: 1\ndefaults: {model: mine, pricing: prices.yaml}\n", encoding="utf-8")
    assert run("estimate", str(prompt), "--config", str(config)).exit_code == 0
    config.write_text("version: 1\ndefaults: {model: mine}\n", encoding="utf-8")
    assert run("estimate", str(prompt), "--config", str(config)).exit_code == 2
    given = ("--config", str(config), "--pricing", str(tmp_path / "prices.yaml"))
    assert run("estimate", str(prompt), *given).exit_code == 0
