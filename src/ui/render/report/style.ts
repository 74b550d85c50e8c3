/** The one style of a report. The page's policy allows it by its hash, and nothing else. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --fill: #f6f8fa; --blue: #0550ae; --red: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9ba5b0; --paper: #0d1117; --line: #30363d; --fill: #161b22; --blue: #79c0ff; --red: #ff9492; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 64rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); break-after: avoid; }
.outcome { font-size: 1.1rem; font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
th, .short { overflow-wrap: break-word; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { margin: 0.5rem 0; padding: 0.6rem; background: var(--fill); border: 1px solid var(--line); border-radius: 4px; font: 0.85rem/1.5 ui-monospace, monospace; white-space: pre-wrap; }
li { margin: 0.2rem 0; }
svg { display: block; width: 100%; height: auto; max-width: 48rem; margin: 0.5rem 0; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--line); }
svg .line { stroke: var(--blue); stroke-width: 2; }
svg .mark { stroke: var(--red); stroke-dasharray: 4 3; }
figure { margin: 1rem 0; break-inside: avoid; }
figcaption { color: var(--soft); font-size: 0.9rem; }
@media (max-width: 60rem) {
  thead { position: absolute; left: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
  td, .time { border: 0; white-space: normal; padding: 0.1rem 0; }
  td::before { content: attr(data-label) ": "; color: var(--soft); }
}
@media print {
  :root { color-scheme: light; --ink: #000000; --soft: #444444; --paper: #ffffff; --line: #bbbbbb; --fill: #ffffff; --blue: #0550ae; --red: #a40e26; }
  body { max-width: none; font-size: 10pt; }
  tr { break-inside: avoid; }
}
`;
