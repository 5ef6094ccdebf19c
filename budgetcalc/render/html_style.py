"""The style sheet of HTML reports: light, dark, narrow and on paper, without anything from a network."""

SERIES = 7
"""Colours for series; the last one is that of everything else."""

STYLE = """
:root { color-scheme: light dark; --page:#f5f6f8; --card:#ffffff; --ink:#14181f; --soft:#525c6b; --rule:#dfe3e8;
  --good:#0b7a4b; --bad:#b3261e; --focus:#1f5fd0;
  --s0:#2f6fde; --s1:#0f9d8a; --s2:#e08a00; --s3:#8557d8; --s4:#d6457f; --s5:#4a9a2f; --s6:#8b93a1; }
@media (prefers-color-scheme: dark) { :root { --page:#0f1217; --card:#181d25; --ink:#eef1f5; --soft:#a9b3c1;
  --rule:#2d3540; --good:#52c98d; --bad:#ff8a80; --focus:#8ab4ff;
  --s0:#5b92f5; --s1:#2cbfa9; --s2:#f0a637; --s3:#a784ee; --s4:#ec6d9d; --s5:#74bf55; --s6:#7f8896; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--page); color:var(--ink);
  font:16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width:1120px; margin:0 auto; padding:32px 24px 48px; }
a.skip { position:absolute; left:-999px; } a.skip:focus { left:16px; top:16px; background:var(--card); padding:8px; }
:focus-visible { outline:3px solid var(--focus); outline-offset:2px; border-radius:4px; }
header { margin-bottom:24px; }
h1 { font-size:1rem; font-weight:600; color:var(--soft); margin:0; }
.total { font-size:clamp(2.5rem, 9vw, 4rem); font-weight:700; letter-spacing:-.02em; line-height:1.1; margin:4px 0;
  font-variant-numeric:tabular-nums; }
.sub { color:var(--soft); margin:0; overflow-wrap:anywhere; }
.badge { display:inline-block; border:1px solid currentColor; border-radius:99px; padding:1px 12px; margin:8px 8px 0 0;
  font-size:.875rem; font-weight:600; }
.bad { color:var(--bad); } .good { color:var(--good); }
.cards { display:grid; grid-template-columns:repeat(auto-fit, minmax(210px, 1fr)); gap:16px;
  margin:0 0 16px; padding:0; }
.card, section { background:var(--card); border:1px solid var(--rule); border-radius:12px; padding:20px; }
.card dt { color:var(--soft); font-size:.875rem; }
.card dd { margin:0; } .card .figure { font-size:1.6rem; font-weight:650; font-variant-numeric:tabular-nums; }
.card small { color:var(--soft); display:block; font-size:.8125rem; }
section { margin:0 0 16px; min-width:0; }
h2 { font-size:1.125rem; margin:0 0 4px; } .note { color:var(--soft); font-size:.875rem; margin:0 0 12px; }
.pair { display:grid; grid-template-columns:repeat(auto-fit, minmax(min(100%, 420px), 1fr));
  gap:0 16px; align-items:start; }
figure { margin:0; } .chart { display:flex; } .chart svg.axis { flex:none; }
svg { display:block; overflow:visible; } svg text { fill:var(--soft); font-size:12px; font-family:inherit; }
svg .grid { stroke:var(--rule); stroke-width:1; } svg .piece { stroke:var(--card); stroke-width:1; }
.legend { display:flex; flex-wrap:wrap; gap:4px 18px; list-style:none; margin:12px 0 0; padding:0; font-size:.875rem; }
.key { display:inline-block; width:12px; height:12px; border-radius:3px; margin-right:7px; vertical-align:-1px; }
.bar { display:grid; grid-template-columns:64px 1fr minmax(84px, max-content); gap:2px 12px; align-items:center;
  font-size:.875rem; margin:0 0 10px; } .bar b { font-variant-numeric:tabular-nums; text-align:right; }
.scroll { overflow-x:auto; }
table { border-collapse:collapse; width:100%; font-size:.875rem; font-variant-numeric:tabular-nums; }
caption { text-align:left; color:var(--soft); padding-bottom:6px; }
th, td { text-align:left; padding:7px 14px 7px 0; border-bottom:1px solid var(--rule); white-space:nowrap; }
th { color:var(--soft); font-weight:600; } tbody th { color:var(--ink); font-weight:400;
  white-space:normal; overflow-wrap:anywhere; min-width:8em; }
th.n, td.n { text-align:right; } tr > :last-child { padding-right:0; }
tbody tr:last-child > * { border-bottom:0; }
tfoot > tr > * { border-top:2px solid var(--rule); border-bottom:0; font-weight:650; }
details { margin-top:12px; } summary { cursor:pointer; color:var(--soft); font-size:.875rem; }
ul.plain { list-style:none; margin:0; padding:0; font-size:.875rem; overflow-wrap:anywhere; }
ul.plain li { padding:5px 0; border-bottom:1px solid var(--rule); } ul.plain li:last-child { border-bottom:0; }
ul.plain b { display:inline-block; min-width:90px; }
footer { color:var(--soft); font-size:.8125rem; overflow-wrap:anywhere; }
@media (max-width:600px) { main { padding:20px 12px 32px; } .card, section { padding:14px; }
  .cards { grid-template-columns:1fr 1fr; gap:10px; } .card .figure { font-size:1.25rem; }
  .bar { grid-template-columns:1fr max-content; } .bar svg { grid-row:2; grid-column:1 / -1; }
  th, td { padding-right:10px; } }
@media print { :root { color-scheme:light; --page:#fff; --card:#fff; --ink:#000; --soft:#444; --rule:#bbb; }
  main { max-width:none; padding:0; } figure, .card, tr { break-inside:avoid; }
  h2, .note { break-after:avoid; } .scroll { overflow:visible; }
  * { print-color-adjust:exact; -webkit-print-color-adjust:exact; } th, td { white-space:normal; } }
"""
