import fc from "fast-check";
import { RankTable } from "../../src/rules/core/rank-table";
import {
  comparePlaces,
  defaultRanking,
  noResponse,
  scoreOf,
  valuePart,
  type Rankable,
  type RankedPlace,
} from "../../src/rules/core/ranking";

const now = Date.parse("2026-06-01T00:00:00Z");
const day = 86_400_000;
const offer = (change: Partial<Rankable> = {}): Rankable => {
  return { priority: 500, rewardMinor: 0, publishedAt: now, ...change };
};
const partsOf = (change: Partial<Rankable>, response = noResponse, at = now) =>
  scoreOf(offer(change), response, at, { ...defaultRanking, weights: ones }).parts;
const ones = { priority: 1, value: 1, freshness: 1, response: 1 };

describe("the score", () => {
  test("is the sum of its parts, each with its weight", () => {
    const score = scoreOf(offer({ rewardMinor: 250 }), noResponse, now, defaultRanking);
    expect(score).toEqual({
      total: 50 * 500 + 20 * 200 + 10 * 1000 + 20 * 500,
      parts: { priority: 25_000, value: 4_000, freshness: 10_000, response: 10_000 },
    });
  });

  test("is a whole number from 0 to 1000 times the weights, whatever is given", () => {
    const rankable = fc.record({
      priority: fc.integer({ min: 0, max: 1000 }),
      rewardMinor: fc.double({ min: 0, max: 1e18, noNaN: true }).map(Math.floor),
      publishedAt: fc.integer({ min: 0, max: 2 * now }),
    });
    const response = fc.record({ taken: fc.nat(10_000), ignored: fc.nat(10_000) });
    fc.assert(
      fc.property(rankable, response, (ranked, responded) => {
        const { total } = scoreOf(ranked, responded, now, defaultRanking);
        expect(Number.isInteger(total) && total >= 0 && total <= 100_000).toBe(true);
      }),
    );
  });

  test("of an offer that the member looked at and left is lower, of one that it took higher", () => {
    const ignored = [0, 1, 5, 100].map((times) => partsOf({}, { taken: 0, ignored: times }).response);
    expect(ignored).toEqual([500, 333, 142, 9]);
    const taken = [0, 1, 5, 100].map((times) => partsOf({}, { taken: times, ignored: 0 }).response);
    expect(taken).toEqual([500, 666, 857, 990]);
  });

  test("halves its freshness after the days that are configured, and never goes below 0", () => {
    const ages = [0, 0.9, 1, 30, 300, 100_000].map((days) => partsOf({ publishedAt: now - days * day }).freshness);
    expect(ages).toEqual([1000, 1000, 967, 500, 90, 0]);
    expect(partsOf({ publishedAt: now + day }).freshness).toBe(1000);
  });

  test("has half of its value at the reward that is configured, and no more than all of it", () => {
    const values = [0, 1, 1_000, 9_000, 1e18].map((minor) => valuePart(minor, 1_000));
    expect(values).toEqual([0, 0, 500, 900, 999]);
  });

  test("leaves out what has no weight", () => {
    const weights = { priority: 1, value: 0, freshness: 0, response: 0 };
    const score = scoreOf(offer({ rewardMinor: 9_000 }), { taken: 9, ignored: 0 }, now, { ...defaultRanking, weights });
    expect(score.total).toBe(500);
  });
});

const byPriority = { ...defaultRanking, weights: { priority: 1, value: 0, freshness: 0, response: 0 } };

/** Things whose priority is their total, by their places in the list. */
function tableOf(all: readonly RankedPlace[]): RankTable {
  const table = new RankTable(byPriority, (number) => all[number]!.id);
  all.forEach(({ total }, number) => table.set(number, offer({ priority: total }), number));
  return table;
}

function firstPlaces(
  all: readonly RankedPlace[],
  count: number,
  after: RankedPlace | null,
  mayShow: (number: number, owner: number) => boolean = () => true,
): RankedPlace[] {
  const table = tableOf(all);
  const numbers = Int32Array.from(all.keys());
  const found = table.first(numbers, all.length, { count, after, now, responses: undefined, mayShow });
  return Array.from({ length: found }, (_, place) => {
    expect(table.totalAt(place)).toBe(all[table.numberAt(place)]!.total);
    return all[table.numberAt(place)]!;
  });
}

describe("a page of the ranking", () => {
  const places = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^[a-f]{1,4}$/), total: fc.nat(5) }), {
    selector: ({ id }) => id,
    maxLength: 50,
  });

  test("holds the first of all in order, however they came", () => {
    fc.assert(
      fc.property(places, fc.nat(20), (all, count) => {
        expect(firstPlaces(all, count, null)).toEqual([...all].sort(comparePlaces).slice(0, count));
      }),
    );
  });

  test("goes on where the one before ended: pages put together are the whole, none twice and none left out", () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 7 }), (all, count) => {
        const seen = [];
        for (let page = firstPlaces(all, count, null); page.length > 0;) {
          seen.push(...page);
          page = firstPlaces(all, count, page.at(-1) ?? null);
        }
        expect(seen).toEqual([...all].sort(comparePlaces));
      }),
    );
  });

  test("leaves out what may not be shown", () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 7 }), (all, count) => {
        const shown = all.filter((_, number) => number % 2 === 0).sort(comparePlaces);
        expect(firstPlaces(all, count, null, (_, owner) => owner % 2 === 0)).toEqual(shown.slice(0, count));
      }),
    );
  });

  test("ranks by the totals that the score says", () => {
    const things = fc.array(
      fc.record({
        priority: fc.integer({ min: 0, max: 1000 }),
        rewardMinor: fc.integer({ min: 0, max: 100_000 }),
        publishedAt: fc.integer({ min: now - 2_000 * day, max: now + 2 * day }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    const response = fc.record({ taken: fc.nat(5), ignored: fc.nat(5) });
    fc.assert(
      fc.property(things, response, fc.integer({ min: now, max: now + day }), (all, responded, at) => {
        const table = new RankTable(defaultRanking, String);
        all.forEach((thing, number) => table.set(number, thing, 0));
        const responses = new Map([[0, responded]]);
        const asked = { count: all.length, after: null, now: at, responses, mayShow: () => true };
        const found = table.first(Int32Array.from(all.keys()), all.length, asked);
        const totals = all.map(
          (thing, number) => scoreOf(thing, number === 0 ? responded : noResponse, at, defaultRanking).total,
        );
        const ranked = Array.from({ length: found }, (_, place) => table.totalAt(place));
        expect(ranked).toEqual([...totals].sort((a, b) => b - a));
      }),
    );
  });

  test("goes on also after one that is not there any more", () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => ({ id, total: 1 }));
    expect(
      firstPlaces(
        [a, c].map((place) => place as never),
        5,
        b as never,
      ),
    ).toEqual([c]);
  });
});
