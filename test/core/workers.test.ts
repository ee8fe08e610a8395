import fc from "fast-check";
import { costShare } from "../../src/workers/core/cost-share";
import {
  mostFailedStarts,
  noTroubles,
  pauseBeforeReplacing,
  troublesAfter,
  type Troubles,
} from "../../src/workers/core/replacement";

const after = (lives: readonly (number | undefined)[]): Troubles => lives.reduce(troublesAfter, noTroubles);
const pauses = (lives: readonly (number | undefined)[]) =>
  lives.map((_, index) => pauseBeforeReplacing(after(lives.slice(0, index + 1))));

describe("the pause before a worker is replaced", () => {
  it("grows with every short life, and not beyond half a minute", () => {
    const short = Array.from({ length: 12 }, () => 500);
    expect(pauses(short).slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(pauses(short).at(-1)).toBe(30_000);
  });

  it("is none after a long life, and begins anew", () => {
    expect(pauses([500, 500, 60_000, 500])).toEqual([100, 200, 0, 100]);
  });

  it("counts as failed only starts in a row after which nothing served", () => {
    const never = undefined;
    expect(after([never, never, 1, never]).failedStarts).toBe(1);
    expect(after(Array.from({ length: mostFailedStarts }, () => never)).failedStarts).toBe(mostFailedStarts);
    expect(after([1, 1, 1, 1, 1, 1]).failedStarts).toBe(0);
  });

  it("lets a place that cannot start be given up within two seconds of waiting", () => {
    const waited = pauses([undefined, undefined, undefined, undefined]).reduce((sum, pause) => sum + pause, 0);
    expect(waited).toBe(1_500);
  });
});

describe("a worker's share of the cost a caller may spend", () => {
  it("adds up to what was set", () => {
    expect(costShare({ costPerMinute: 100_000, cost: 5000 }, 4)).toBe(25_000);
    expect(costShare({ costPerMinute: 100, cost: 10 }, 3)).toBe(34);
  });

  it("is never so small that one allowed request does not fit", () => {
    expect(costShare({ costPerMinute: 100_000, cost: 5000 }, 64)).toBe(5000);
    expect(costShare({ costPerMinute: 100, cost: 5000 }, 2)).toBe(100);
  });

  it("is no limit where none was set, and only then", () => {
    expect(costShare({ costPerMinute: 0, cost: 5000 }, 8)).toBe(0);
    const [least, most] = [{ min: 1, max: 1e9 }, fc.integer({ min: 1, max: 64 })];
    fc.assert(
      fc.property(fc.integer(least), fc.integer({ min: 10, max: 1e9 }), most, (costPerMinute, cost, workers) => {
        const share = costShare({ costPerMinute, cost }, workers);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(costPerMinute);
        expect(share * workers).toBeGreaterThanOrEqual(costPerMinute);
      }),
    );
  });
});
