import { readFileSync } from "node:fs";
import path from "node:path";
import { baseOf, figureOf, ratiosOf, tableOf, type Figure, type Growth } from "../../bench/graphql-growth/results";
import { drawGrowthChart } from "../../docs/growth-chart/chart";
import { linearScale, logScale } from "../../docs/growth-chart/scale";

const root = path.join(__dirname, "..", "..");
const committed = () =>
  JSON.parse(readFileSync(path.join(root, "bench/results/graphql-growth.json"), "utf8")) as Growth;

/** Answers twice as fast with two workers, at half the speed with the larger database, the same at every connection. */
const figures: readonly Figure[] = [10_000, 1_000_000].flatMap((members) =>
  [1, 2].flatMap((workers) =>
    [8, 32, 128].flatMap((connections) =>
      (["member", "screen", "list"] as const).map((document): Figure => {
        const perSecond = (1000 * workers) / (members > 10_000 ? 2 : 1);
        const load = { server: "alliance", workers, members, connections, document } as const;
        return { ...load, perSecond, p50Millis: 2, p99Millis: connections / 2, residentMiB: 200 * workers };
      }),
    ),
  ),
);
const growth: Growth = {
  ...{ date: "2026-01-01", node: "v24.0.0", postgresql: "18.4", cores: 2, rounds: 3, secondsEach: 4, poolSize: 8 },
  ...{ sizes: [], figures },
};

describe("the chart of growing cost", () => {
  it("is committed as `npm run docs:chart` draws it from the committed figures", () => {
    const drawn = drawGrowthChart(committed());
    expect(drawn).toBe(readFileSync(path.join(root, "docs/images/graphql-growth.svg"), "utf8"));
  });

  it("changes with any figure", () => {
    const other = { ...growth, figures: figures.map((one, place) => (place ? one : { ...one, perSecond: 900 })) };
    expect(drawGrowthChart(other)).not.toBe(drawGrowthChart(growth));
  });

  it("draws a line for each server and size in each of nine panels, each point on its panel", () => {
    const svg = drawGrowthChart(growth);
    const panels = svg.split('<g transform="translate(').slice(1);
    expect(panels).toHaveLength(9);
    for (const drawn of panels) {
      expect(drawn.match(/class="line /g)).toHaveLength(4);
      const points = [...drawn.matchAll(/class="dot \w+" d="M(\S+) (\S+)h0"/g)];
      expect(points).toHaveLength(12);
      for (const [, x, y] of points) {
        expect(Number(x)).toBeGreaterThan(0);
        expect(Number(x)).toBeLessThan(252);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(190);
      }
    }
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("says what the figures were measured on, and what a reader must know of the run", () => {
    const svg = drawGrowthChart({ ...growth, note: "a < b & c" });
    expect(svg).toContain("Measured 2026-01-01 on 2 cores");
    expect(svg).toContain("a &lt; b &amp; c");
  });

  it("draws a run of one size, one process and one number of connections too", () => {
    const least = figures.filter(({ members, workers, connections }) => members + workers + connections === 10_009);
    expect(drawGrowthChart({ ...growth, figures: least })).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("the scales", () => {
  it.each([
    [[1], [0, 0.25, 0.5, 0.75, 1]],
    [[9_324], [0, 2500, 5000, 7500, 10_000]],
    [
      [120, 430],
      [0, 200, 400, 600],
    ],
  ])("begin at zero and end above %j in round steps", (values, ticks) => {
    const scale = linearScale(values);
    expect(scale.ticks).toEqual(ticks);
    expect(scale.at(Math.max(...values))).toBeLessThanOrEqual(1);
  });

  it("of latencies end at the next one or three times a power of ten", () => {
    const scale = logScale([5, 250]);
    expect(scale.ticks).toEqual([3, 10, 30, 100, 300]);
    expect([scale.at(3), scale.at(300)]).toEqual([0, 1]);
    expect(logScale([10]).ticks).toEqual([10, 30]);
  });
});

describe("the ratios of growth", () => {
  it("compare the ends of each axis, all else at its base", () => {
    expect(baseOf(growth)).toEqual({ members: 10_000, connections: 32, workers: 1 });
    const all = (ratio: number) => ({ member: ratio, screen: ratio, list: ratio });
    expect(ratiosOf(growth)).toEqual({ members: all(0.5), connections: all(1), workers: all(2) });
  });

  it("leave rivals out, however many processes or members they have", () => {
    const rival: Figure = { ...(figures[0] as Figure), server: "sql", members: 5, connections: 1, perSecond: 1e6 };
    expect(ratiosOf({ figures: [rival, ...figures] })).toEqual(ratiosOf(growth));
  });

  it("stand beside a table with a line for every figure", () => {
    expect(tableOf(figures).split("\n")).toHaveLength(figures.length + 1);
    expect(figureOf(figures, { server: "sql", document: "list", ...baseOf(growth) })).toBeUndefined();
  });
});
