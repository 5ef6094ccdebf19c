"""Documents that are configurations, and documents that are none."""

EXAMPLE = """\
version: 1
defaults: {model: claude-opus-4-6, max_tokens: 4096, on: 2026-11-22}
budgets:
  - name: support agent
    files: ["prompts/support/**/*.json"]
    max_input_tokens: 8000
    max_cost_usd: 0.05
    max_suite_cost_usd: 2.00
    min_headroom: 20%
    max_growth: 5%
    warn_at: 90%
pipelines:
  - name: report
    max_cost_usd: 0.40
    stages:
      - {name: explain, model: claude-haiku-4-5, prompt: prompts/explain.md, max_tokens: 200}
      - {name: plan, model: claude-opus-4-5, prompt: prompts/plan.md, max_tokens: 4096, thinking_budget: 1024,
         calls: 3, fed_by: [explain]}
rules: {BC205: off, BC601: warning}
ignores:
  - {file: "prompts/legacy/*", rule: BC501, reason: "kept for the archive", until: 2027-01-31}
"""

GOOD = {
    "nothing but the version": "version: 1\n",
    "the example": EXAMPLE,
    "empty sections": "version: 1\nbudgets: []\nignores: []\nrules: {}\n",
    "one glob as a text": "version: 1\nbudgets: [{files: CLAUDE.md}]\n",
    "a glob that takes files out": "version: 1\nbudgets: [{files: ['p/**', '!p/old/*'], max_input_tokens: 5}]\n",
    "headroom in tokens": "version: 1\nbudgets: [{files: a, min_headroom: 4000, max_growth: 200}]\n",
    "every limit": (
        "version: 1\nbudgets: [{files: a, max_input_tokens: 1, max_system_tokens: 2, max_tool_tokens: 3,"
        " max_cost_usd: 0.1, max_suite_cost_usd: 1, min_headroom: 12.5%,"
        " max_growth: 150%, warn_at: 100%}]\n"
    ),
    "a budget of usage": "version: 1\nbudgets: [{files: a, max_total_cost_usd: 2.5, warn_at: 50%}]\n",
    "money in quotes": "version: 1\nbudgets: [{files: a, max_cost_usd: '0.05'}]\n",
    "every default": (
        "version: 1\ndefaults: {model: a, max_tokens: 1, thinking_budget: 1024, effort: low,"
        " betas: [context-1m-2025-08-07], on: 2026-01-31, pricing: prices.yaml}\n"
    ),
    "no beta is sent": "version: 1\ndefaults: {betas: none}\n",
    "a rule by its name": "version: 1\nrules: {nonstreaming-too-long: off}\n",
    "a rule in small letters": "version: 1\nrules: {bc205: note}\n",
    "a severity in a mapping": "version: 1\nrules: {BC205: {severity: error}}\n",
    "rules of some files": "version: 1\noverrides: [{files: [a/*], rules: {BC205: off}}]\n",
    "an ignore of every rule": "version: 1\nignores: [{file: a, reason: because}]\n",
    "limits of input": "version: 1\nlimits: {document: 500MB, line: 128 mb, depth: 1000, values: '20000000'}\n",
}

BAD = {
    "usage and requests in one budget": (
        "version: 1\nbudgets: [{files: a, max_total_cost_usd: 2, max_input_tokens: 5}]\n"
    ),
    "no version": "budgets: []\n",
    "a limit that nobody knows": "version: 1\nlimits: {documents: 500MB}\n",
    "a limit beyond the highest": "version: 1\nlimits: {depth: 1001}\n",
    "a limit in other units": "version: 1\nlimits: {document: 500 GiB}\n",
    "a limit of levels in bytes": "version: 1\nlimits: {depth: 1kB}\n",
    "another version": "version: 2\n",
    "an unknown section": "version: 1\nbudget: []\n",
    "a section that is a text": "version: 1\nbudgets: all\n",
    "a budget without files": "version: 1\nbudgets: [{name: x}]\n",
    "a budget of no glob": "version: 1\nbudgets: [{files: []}]\n",
    "a budget that only takes files out": "version: 1\nbudgets: [{files: ['!a']}]\n",
    "an unknown limit": "version: 1\nbudgets: [{files: a, max_tokens: 5}]\n",
    "negative tokens": "version: 1\nbudgets: [{files: a, max_input_tokens: -5}]\n",
    "a fraction of a token": "version: 1\nbudgets: [{files: a, max_input_tokens: 5.5}]\n",
    "money with a currency": "version: 1\nbudgets: [{files: a, max_cost_usd: $5}]\n",
    "negative money": "version: 1\nbudgets: [{files: a, max_cost_usd: -0.05}]\n",
    "a share without its sign": "version: 1\nbudgets: [{files: a, warn_at: 90}]\n",
    "a share above the whole": "version: 1\nbudgets: [{files: a, warn_at: 101%}]\n",
    "headroom above the window": "version: 1\nbudgets: [{files: a, min_headroom: 120%}]\n",
    "headroom of half a token": "version: 1\nbudgets: [{files: a, min_headroom: 20.5}]\n",
    "an absolute glob": "version: 1\nbudgets: [{files: /etc/*}]\n",
    "a glob out of the folder": "version: 1\nbudgets: [{files: a/../../b}]\n",
    "a glob with backslashes": "version: 1\nbudgets: [{files: 'a\\b'}]\n",
    "an unknown severity": "version: 1\nrules: {BC205: no}\n",
    "an option of a wrong type": "version: 1\nrules: {BC205: {days: often}}\n",
    "something that is no rule": "version: 1\nrules: {tokens: off}\n",
    "an ignore without a reason": "version: 1\nignores: [{file: a, rule: BC205}]\n",
    "an ignore with an empty reason": "version: 1\nignores: [{file: a, reason: ''}]\n",
    "an ignore until some day": "version: 1\nignores: [{file: a, reason: b, until: soon}]\n",
    "a pipeline without stages": "version: 1\npipelines: [{name: a, stages: []}]\n",
    "a stage without a prompt": "version: 1\npipelines: [{name: a, stages: [{name: b}]}]\n",
    "a stage that never runs": "version: 1\npipelines: [{name: a, stages: [{name: b, prompt: c, calls: 0}]}]\n",
    "an effort nobody knows": "version: 1\ndefaults: {effort: huge}\n",
    "none beside a beta": "version: 1\ndefaults: {betas: [none, x]}\n",
    "a date without hyphens": "version: 1\ndefaults: {on: '20261122'}\n",
    "overrides without files": "version: 1\noverrides: [{rules: {BC205: off}}]\n",
}
