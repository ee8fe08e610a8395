import type { DocumentName } from "../../bench/graphql/documents";
import { figureOf, valuesOf, type Figure, type Growth } from "../../bench/graphql-growth/results";
import { linearScale, logScale, type Scale } from "./scale";
import { dashOf, styleText } from "./style";

const panel = { width: 252, height: 190, gapX: 58, gapY: 44 } as const;
const margin = { left: 66, top: 150, right: 24, bottom: 62 } as const;

const columns: readonly { readonly document: DocumentName; readonly title: string }[] = [
  { document: "member", title: "member: six fields of one" },
  { document: "screen", title: "screen: accounts, ten offers" },
  { document: "list", title: "list: fifty, with accounts" },
];

interface Row {
  readonly title: string;
  readonly of: (figure: Figure) => number;
  readonly scaleOf: (values: readonly number[]) => Scale;
}

const rows: readonly Row[] = [
  { title: "requests a second", of: ({ perSecond }) => perSecond, scaleOf: linearScale },
  { title: "p99 in ms, logarithmic", of: ({ p99Millis }) => p99Millis, scaleOf: logScale },
  { title: "memory in MiB", of: ({ residentMiB }) => residentMiB, scaleOf: linearScale },
];

/** A line of the chart: one server of so many processes on a database of so many members. */
interface Series extends Pick<Figure, "server" | "workers" | "members"> {
  /** Its colour, by server and processes. */
  readonly tone: string;
  /** Its dashes, by members: 0 is the smallest database. */
  readonly rank: number;
}

/** The whole chart as SVG: a column for each document, a row for each measure, connections from left to right. */
export function drawGrowthChart(growth: Growth): string {
  const width = margin.left + columns.length * (panel.width + panel.gapX) - panel.gapX + margin.right;
  const height = margin.top + rows.length * (panel.height + panel.gapY) - panel.gapY + margin.bottom;
  const series = seriesOf(growth.figures);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title text">`,
    `<title id="title">How the cost of GraphQL grows</title>`,
    `<desc id="text">Requests a second, the slowest hundredth of the answers, and memory, by members, connections and server processes.</desc>`,
    `<style>${styleText}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...heading(growth),
    ...legend(series),
    ...columns.map(({ title }, column) => text("head", placeX(column), margin.top - 12, title)),
    ...rows.flatMap((row, place) => drawRow(row, place, growth.figures, series)),
    text("small", margin.left, height - 16, "across: connections, each with one request under way"),
    `</svg>`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The rivals come first, so that the lines of this server lie above theirs. */
function seriesOf(figures: readonly Figure[]): readonly Series[] {
  const sizes = valuesOf(figures, "members");
  const found = new Map<string, Series>();
  for (const { server, workers, members } of figures) {
    const tone = server === "alliance" && workers > 1 ? "workers" : server;
    found.set(`${server} ${workers} ${members}`, { server, workers, members, tone, rank: sizes.indexOf(members) });
  }
  const height = ({ server, workers }: Series) => (server === "alliance" ? workers : -1);
  return [...found.values()].sort((a, b) => height(a) - height(b));
}

function heading({ date, node, postgresql, cores, rounds, secondsEach, poolSize, note }: Growth): string[] {
  const measured =
    `Measured ${date} on ${cores} cores, with load and PostgreSQL ${postgresql} on them too; Node ${node}; ` +
    `pools of ${poolSize}; ${times(rounds)} ${secondsEach} s.`;
  return [
    text("title", margin.left, 30, "How the cost of GraphQL grows"),
    text("small", margin.left, 50, measured),
    ...(note ? [text("small", margin.left, 66, note)] : []),
  ];
}

function times(rounds: number): string {
  return rounds === 1 ? "once" : `the median of ${rounds} times`;
}

const names: Readonly<Record<string, string>> = {
  alliance: "this server",
  sql: "hand-written SQL",
  postgraphile: "PostGraphile",
};

/** A line for the colours, this server first, and one for the dashes. */
function legend(series: readonly Series[]): string[] {
  const ofThisServer = series.filter(({ server }) => server === "alliance");
  const tones = new Map<string, string>();
  for (const { tone, server, workers } of [...ofThisServer, ...series]) {
    tones.set(tone, tone === "workers" ? `this server, ${workers} workers` : (names[server] ?? server));
  }
  const sizes = new Map(series.map(({ rank, members }) => [dashOf(rank), `${members.toLocaleString("en")} members`]));
  return [
    ...legendLine(
      86,
      [...tones].map(([tone, label]) => ({ look: tone, dash: "", label })),
    ),
    ...legendLine(
      108,
      [...sizes].map(([dash, label]) => ({ look: "plain", dash, label })),
    ),
  ];
}

interface LegendEntry {
  readonly look: string;
  readonly dash: string;
  readonly label: string;
}

const legendStep = 180;

function legendLine(y: number, entries: readonly LegendEntry[]): string[] {
  return entries.flatMap(({ look, dash, label }, place) => {
    const x = margin.left + place * legendStep;
    return [`<path class="line ${look}"${dash} d="M${x} ${y}h26"/>`, text("label", x + 34, y + 4, label)];
  });
}

function drawRow(row: Row, place: number, figures: readonly Figure[], series: readonly Series[]): string[] {
  const top = margin.top + place * (panel.height + panel.gapY);
  const middle = top + panel.height / 2;
  return [
    `<text class="head" text-anchor="middle" transform="translate(16 ${middle}) rotate(-90)">${row.title}</text>`,
    ...columns.flatMap(({ document }, column) => {
      return drawPanel(row, document, figures, series, { x: placeX(column), y: top });
    }),
  ];
}

function drawPanel(
  row: Row,
  document: DocumentName,
  figures: readonly Figure[],
  series: readonly Series[],
  origin: { readonly x: number; readonly y: number },
): string[] {
  const scale = row.scaleOf(figures.filter((figure) => figure.document === document).map(row.of));
  const connections = valuesOf(figures, "connections");
  const xOf = (count: number) => placeBetween(connections, count) * panel.width;
  const yOf = (value: number) => round(panel.height * (1 - scale.at(value)));
  return [
    `<g transform="translate(${origin.x} ${origin.y})">`,
    ...scale.ticks.flatMap((tick) => [
      `<path class="grid" d="M0 ${yOf(tick)}h${panel.width}"/>`,
      text("tick end", -6, yOf(tick) + 4, tick.toLocaleString("en")),
    ]),
    ...connections.map((count) => text("tick middle", round(xOf(count)), panel.height + 18, String(count))),
    ...series.flatMap((one) => {
      const points = connections.flatMap((count) => {
        const figure = figureOf(figures, { ...one, document, connections: count });
        return figure ? [`${round(xOf(count))} ${yOf(row.of(figure))}`] : [];
      });
      return [
        `<path class="line ${one.tone}"${dashOf(one.rank)} d="M${points.join("L")}"/>`,
        ...points.map((point) => `<path class="dot ${one.tone}" d="M${point}h0"/>`),
      ];
    }),
    `</g>`,
  ];
}

/** 8, 32 and 128 are as far from each other; a little room is left at both ends. */
function placeBetween(counts: readonly number[], count: number): number {
  const [least, most] = [counts[0] ?? count, counts.at(-1) ?? count];
  return least === most ? 0.5 : 0.06 + (0.88 * Math.log(count / least)) / Math.log(most / least);
}

function placeX(column: number): number {
  return margin.left + column * (panel.width + panel.gapX);
}

function text(look: string, x: number, y: number, content: string): string {
  const safe = content.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<text class="${look}" x="${round(x)}" y="${round(y)}">${safe}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
