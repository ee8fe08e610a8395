import { changedKeys } from "../../src/rules/core/changed-rows";
import { RuleIndex } from "../../src/rules/core/index/rule-index";
import { RuleVocabulary, type LocalSituation } from "../../src/rules/core/index/vocabulary";
import type { Rule } from "../../src/rules/core/rule";
import { defaultRanking } from "../../src/rules/core/ranking";
import { IndexedThings } from "../../src/rules/indexed-things";
import type { RuledThing, RuleRooms } from "../../src/rules/ruled-things";
import { emptySnapshot, type CatalogueSnapshot } from "../../src/snapshot/catalogue-snapshot";

/* The things of a made-up room stand as the snapshot's merchants, and audiences as its categories. */

interface Row {
  readonly rule: Rule | null;
  readonly stamp: string;
}

const has = (fact: string): Rule => ({ has: { fact } });
const epoch = new Date(0);

function rooms(asked: string[] = []): RuleRooms {
  const row = (snapshot: CatalogueSnapshot, id: string) => snapshot.merchants.get(id) as unknown as Row | undefined;
  return {
    things: [
      {
        kind: "OFFER",
        rows: ({ merchants }) => merchants,
        thing(snapshot, id): RuledThing | undefined {
          asked.push(id);
          const found = row(snapshot, id);
          if (found?.stamp === "broken") throw new Error("a row that cannot be read");
          const shared = {
            kind: "OFFER",
            id,
            row: found ?? {},
            version: 1,
            code: id,
            merchantId: "",
            priority: 500,
          } as const;
          return found && { ...shared, ...found, startsAt: epoch, endsAt: null, publishedAt: epoch, value: null };
        },
      },
    ],
    audiences: {
      rows: ({ categories }) => categories,
      meaning: ({ categories }, code) => (categories.get(code) as unknown as { rule: Rule } | undefined)?.rule,
      codes: () => [],
    },
  };
}

const snapshotOf = (rows: Record<string, Row>, audiences: Record<string, Rule> = {}): CatalogueSnapshot => ({
  ...emptySnapshot,
  merchants: new Map(Object.entries(rows)) as never,
  categories: new Map(Object.entries(audiences).map(([code, rule]) => [code, { rule }])) as never,
});

function stage(roomsOf = rooms()) {
  const vocabulary = new RuleVocabulary(() => "BOOLEAN");
  const index = new RuleIndex(vocabulary);
  const failures: string[] = [];
  const things = new IndexedThings(roomsOf, index, defaultRanking, (key) => failures.push(key));
  const matched = (...facts: string[]) => {
    const keys = Int32Array.from(facts, (fact) => vocabulary.findKnownKey(fact) ?? 0).filter((key) => key > 0);
    const nothing = { slots: new Int32Array(0), values: new Float64Array(0), slotCount: 0, division: 0 };
    const situation: LocalSituation = { keys, keyCount: keys.length, ...nothing };
    const count = index.match(situation);
    return Array.from(index.matched.subarray(0, count), (number) => things.thing(number).id).sort();
  };
  return { things, matched, failures };
}

describe("indexed things", () => {
  it("follow what is new, changed and gone", () => {
    const { things, matched } = stage();
    const [a, b] = [
      { rule: has("car"), stamp: "1" },
      { rule: null, stamp: "1" },
    ];
    things.take(snapshotOf({ a, b }));
    expect([matched(), matched("car")]).toEqual([["b"], ["a", "b"]]);
    things.take(snapshotOf({ a: { rule: has("boat"), stamp: "2" }, b }));
    expect([matched("car"), matched("boat")]).toEqual([["b"], ["a", "b"]]);
    things.take(snapshotOf({ b }));
    expect(matched("car", "boat")).toEqual(["b"]);
    things.take(snapshotOf({ b, c: a }));
    expect([matched("car"), things.size]).toEqual([["b", "c"], 2]);
  });

  it("look only at rows that are other objects than before", () => {
    const asked: string[] = [];
    const { things } = stage(rooms(asked));
    const rows = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`r${n}`, { rule: has("car"), stamp: "1" }]));
    things.take(snapshotOf(rows));
    asked.length = 0;
    things.take(snapshotOf({ ...rows, r7: { rule: has("boat"), stamp: "2" } }));
    expect(asked).toEqual(["r7"]);
  });

  it("take many changes in slices, each as it is when its turn comes", () => {
    const { things, matched } = stage();
    const rows = Object.fromEntries(
      Array.from({ length: 600 }, (_, n) => [`r${String(n).padStart(3, "0")}`, { rule: has("car"), stamp: "1" }]),
    );
    things.take(snapshotOf(rows));
    expect([things.waiting, matched("car")]).toEqual([600, []]);
    things.slice(0);
    expect([things.waiting, matched("car")]).toEqual([599, ["r000"]]);
    // One change alone does not wait behind the others.
    things.take(snapshotOf({ ...rows, r599: { rule: has("boat"), stamp: "2" } }));
    expect(matched("boat")).toEqual(["r599"]);
    things.slice(Infinity);
    expect([things.waiting, matched("car").length, matched("boat")]).toEqual([0, 599, ["r599"]]);
  });

  it("hold the snapshot's own rows, also of what is not indexed anew, and say when they do", () => {
    const { things } = stage();
    const rowOf = (id: string) => things.thing(things.numberOf("OFFER", id) ?? -1).row;
    const [before, after] = [{ rule: has("car"), stamp: "1" }, { rule: has("car"), stamp: "1" }]; // prettier-ignore
    const first = snapshotOf({ a: before });
    things.take(first);
    expect([rowOf("a") === before, things.isOf(first)]).toEqual([true, true]);
    const second = snapshotOf({ a: after });
    expect(things.isOf(second)).toBe(false);
    things.take(second);
    expect([rowOf("a") === after, things.isOf(first), things.isOf(second)]).toEqual([true, false, true]);
    const many = snapshotOf({
      a: after,
      ...Object.fromEntries(Array.from({ length: 600 }, (_, place) => [`b${place}`, { ...before }])),
    });
    things.take(many);
    expect(things.isOf(many)).toBe(false);
    things.slice(Infinity);
    expect(things.isOf(many)).toBe(true);
  });

  it("put a thing in anew where the audience that its rule names, or rests on, says something else", () => {
    const { things, matched } = stage();
    const inAudience = (code: string): Rule => ({ audience: { code } });
    const rows = {
      direct: { rule: inAudience("drivers"), stamp: "1" },
      behind: { rule: inAudience("travellers"), stamp: "1" },
      other: { rule: has("house"), stamp: "1" },
    };
    things.take(snapshotOf(rows, { drivers: has("car"), travellers: inAudience("drivers") }));
    expect([matched("car"), matched("boat")]).toEqual([["behind", "direct"], []]);
    things.take(snapshotOf(rows, { drivers: has("boat"), travellers: inAudience("drivers") }));
    expect([matched("car"), matched("boat")]).toEqual([[], ["behind", "direct"]]);
    things.take(snapshotOf(rows, { drivers: has("boat") }));
    expect([matched("boat"), matched("house")]).toEqual([["direct"], ["other"]]);
  });

  it("match nobody by an audience that is not published, or that rests on itself", () => {
    const { things, matched } = stage();
    const rows = {
      a: { rule: { audience: { code: "ring" } }, stamp: "1" },
      b: { rule: { audience: { code: "none" } }, stamp: "1" },
    };
    things.take(snapshotOf(rows, { ring: { any: [has("car"), { audience: { code: "ring" } }] } }));
    expect([matched("boat"), matched("car")]).toEqual([[], ["a"]]);
  });

  it("leave out what cannot be read, tell it, and go on with the others", () => {
    const { things, matched, failures } = stage();
    const good = { rule: has("car"), stamp: "1" };
    things.take(snapshotOf({ a: good, b: good }));
    things.take(snapshotOf({ a: { rule: null, stamp: "broken" }, b: { ...good, stamp: "2" } }));
    expect([matched("car"), failures]).toEqual([["b"], ["OFFER:a"]]);
  });
});

describe("the keys of changed rows", () => {
  // A row stands under one key for good.
  const [one, two, three] = [{}, {}, {}];

  it.each<[string, [string, object][], [string, object][], string[]]>([
    ["nothing changed", [["a", one]], [["a", one]], []],
    ["another row", [["a", one]], [["a", two]], ["a"]],
    ["a new row", [["a", one]], [["a", one], ["b", two]], ["b"]], // prettier-ignore
    ["a row that is gone", [["a", one], ["b", two]], [["b", two]], ["a"]], // prettier-ignore
    ["one gone and one new", [["a", one], ["c", two]], [["b", three], ["c", two]], ["b", "a"]], // prettier-ignore
    ["all others", [["a", one]], [["b", two]], ["b", "a"]],
  ])("%s", (_, before, after, keys) => {
    expect(changedKeys(new Map(before), new Map(after)).sort()).toEqual([...keys].sort());
  });
});
