import fc from "fast-check";
import { diffContents, type VersionChange } from "../../src/publishing/core/diff";
import { leadingVersion } from "../../src/publishing/core/version";
import type { VersionState } from "../../src/kernel/lifecycle";

describe("the diff of two contents", () => {
  test("names each place, what was there and what is", () => {
    const before = { name: { en: "Tea" }, reward: { amountMinor: "500", currency: "CNY" }, channels: ["WEB", "EMAIL"] };
    const after = {
      name: { en: "Tea", "zh-CN": "茶" },
      reward: { amountMinor: "700", currency: "CNY" },
      channels: ["WEB"],
    };
    expect(diffContents(before, after)).toEqual([
      { path: ["channels", "1"], before: "EMAIL", after: undefined },
      { path: ["name", "zh-CN"], before: undefined, after: "茶" },
      { path: ["reward", "amountMinor"], before: "500", after: "700" },
    ]);
  });

  test.each([
    ["null and absent", { a: null }, {}, [{ path: ["a"], before: null, after: undefined }]],
    ["a text and a number", { a: "1" }, { a: 1 }, [{ path: ["a"], before: "1", after: 1 }]],
    ["an empty list and an empty object", { a: [] }, { a: {} }, [{ path: ["a"], before: [], after: {} }]],
    ["a list and its absence", { a: [1] }, {}, [{ path: ["a"], before: [1], after: undefined }]],
  ])("tells %s apart", (_what, before, after, expected) => {
    expect(diffContents(before, after)).toEqual(expected);
  });

  test("orders the positions of a list by number", () => {
    const paths = diffContents(Array(11).fill(0), Array(11).fill(1)).map((change) => change.path[0]);
    expect(paths).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
  });

  test("is empty exactly for equal contents, and turns around with its sides", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(diffContents(a, a)).toEqual([]);
        const turned = diffContents(b, a).map(({ path, before, after }): VersionChange => ({
          path,
          before: after,
          after: before,
        }));
        expect(diffContents(a, b)).toEqual(turned);
        if (diffContents(a, b).length === 0) expect(b).toEqual(a);
      }),
    );
  });
});

describe("the leading version of an item", () => {
  const at = (day: number) => new Date(Date.UTC(2026, 0, day));
  const version = (number: number, state: VersionState, publishedAt: Date | null = null) => ({
    version: number,
    state,
    publishedAt,
  });

  test.each([
    ["the live one", [version(1, "ENDED", at(1)), version(2, "PAUSED", at(2)), version(3, "DRAFT")], 2],
    ["else the last that was live", [version(1, "ENDED", at(1)), version(2, "ENDED"), version(3, "DRAFT")], 1],
    ["else the newest", [version(1, "ENDED"), version(2, "REVIEW")], 2],
  ])("is %s", (_what, versions, expected) => {
    expect(leadingVersion(versions).version).toBe(expected);
  });
});

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, "a", "1", 0, 1),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("json"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
