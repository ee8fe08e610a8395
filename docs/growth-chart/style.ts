/**
 * Colours by the reader's scheme, on a ground of the chart's own: a page does not always follow the scheme of the
 * system, and an image cannot know. The four tones differ in lightness too, so that they stay apart without colour.
 */
export const styleText = `
svg { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d8dee4;
  --alliance: #0b57d0; --workers: #0f9d8a; --sql: #7a828c; --postgraphile: #d9730d; }
@media (prefers-color-scheme: dark) { svg { --ground: #0d1117; --ink: #e6edf3; --faint: #9198a1; --grid: #2a313a;
  --alliance: #6cb0ff; --workers: #3ddbc0; --sql: #a3abb5; --postgraphile: #f2a14b; } }
text { font: 12px system-ui, sans-serif; fill: var(--ink); }
.title { font-size: 18px; font-weight: 600; }
.head { font-weight: 600; }
.small, .tick { font-size: 11px; fill: var(--faint); }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.ground { fill: var(--ground); }
.grid { stroke: var(--grid); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.dot { stroke-width: 7; stroke-linecap: round; }
.alliance { stroke: var(--alliance); }
.workers { stroke: var(--workers); }
.sql { stroke: var(--sql); }
.postgraphile { stroke: var(--postgraphile); }
.plain { stroke: var(--ink); }
`;

const dashes = ["", "7 4", "2 4", "10 3 2 3"];

/** The attribute of a line by the rank of its database: the smallest one is drawn whole. */
export function dashOf(rank: number): string {
  const dash = dashes[rank % dashes.length];
  return dash ? ` stroke-dasharray="${dash}"` : "";
}
