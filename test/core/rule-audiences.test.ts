import fc from "fast-check";
import { evaluate, type Situation } from "../../src/rules/core/evaluate";
import {
  audiencesBehind,
  cycleOf,
  expandAudiences,
  expandedSize,
  mostExpandedNodes,
  type AudienceRules,
} from "../../src/rules/core/expand-audiences";
import { mayHold, whatFails } from "../../src/rules/core/may-hold";
import { factsOf, nodesOf } from "../../src/rules/core/rule-nodes";
import type { Rule } from "../../src/rules/core/rule";
import { anyMember, anyMoment, anyRule, situationOf } from "../support/random-rules";

const has = (fact: string): Rule => ({ has: { fact } });
const audience = (code: string): Rule => ({ audience: { code } });
const rulesOf =
  (saved: Readonly<Record<string, Rule | "members">>): AudienceRules =>
  (code) =>
    saved[code];

describe("a rule with audiences", () => {
  it("has them written out, through one another; a list stays", () => {
    const rules = rulesOf({ a: { all: [has("x"), audience("b")] }, b: { not: audience("c") }, c: "members" });
    expect(expandAudiences({ any: [audience("a"), has("y")] }, rules)).toEqual({
      any: [{ all: [has("x"), { not: audience("c") }] }, has("y")],
    });
    expect(audiencesBehind(audience("a"), rules)).toEqual(["a", "b", "c"]);
  });

  it("keeps what is not published, or rests on itself, as a leaf that nobody is in", () => {
    const rules = rulesOf({ ring: { any: [has("x"), audience("back")] }, back: audience("ring") });
    expect(expandAudiences(audience("none"), rules)).toEqual(audience("none"));
    expect(expandAudiences(audience("ring"), rules)).toEqual({ any: [has("x"), audience("ring")] });
    expect(cycleOf(audience("none"), rules)).toBeUndefined();
    expect(cycleOf({ not: audience("back") }, rules)).toEqual(["back", "ring", "back"]);
  });

  it("is not written out where that would double with every step, and is counted without doing so", () => {
    const saved = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`a${n}`, { all: [audience(`a${n + 1}`), audience(`a${n + 1}`)] }]),
    );
    const rules = rulesOf({ ...saved, a60: has("x") });
    expect(expandedSize(audience("a0"), rules)).toBeGreaterThan(mostExpandedNodes);
    expect(expandAudiences(audience("a0"), rules)).toEqual(audience("a0"));
    expect(cycleOf(audience("a0"), rules)).toBeUndefined();
    expect(expandedSize(audience("a55"), rules)).toBe(63);
    expect(nodesOf(expandAudiences(audience("a55"), rules))).toHaveLength(63);
  });
});

describe("what a member may come to meet", () => {
  const isOpen = (fact: string) => fact === "context.scene" || fact === "context.amount_minor";
  const nothing: Situation = { today: "2026-06-01", valueOf: () => undefined, isInAudience: () => false };

  it.each<[string, Rule, boolean]>([
    ["an open condition", has("context.scene"), true],
    ["the contrary of one", { not: has("context.scene") }, true],
    ["one that nobody meets beside it", { all: [has("context.scene"), has("x")] }, false],
    ["one that nobody meets instead of it", { any: [has("context.scene"), has("x")] }, true],
    ["what two negations leave", { not: { not: has("x") } }, false],
    ["the contrary of an open or a missing one", { not: { any: [has("context.scene"), has("x")] } }, true],
  ])("%s: %#", (_, rule, expected) => {
    expect(mayHold(rule, nothing, isOpen)).toBe(expected);
  });

  it("names what keeps it from holding, and nothing that is open", () => {
    const rule: Rule = { all: [has("context.scene"), { any: [has("x"), has("y")] }, { not: { not: has("z") } }] };
    expect(whatFails(rule, nothing, isOpen)).toEqual([has("x"), has("y"), { not: { not: has("z") } }]);
    expect(whatFails(has("context.scene"), nothing, isOpen)).toEqual([]);
  });

  it("is never refused where the rule holds for some moment, and is the verdict where nothing is open", () => {
    const seed = Date.now() % 2 ** 31;
    let held = 0;
    const moments = fc.array(anyMoment(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(anyRule({}), anyMember(), moments, (rule, member, [now, ...others]) => {
        const said = now ?? fail();
        const unknown = { ...said, context: {} };
        const open = (fact: string) => fact.startsWith("context.") && !timeFacts.has(fact);
        const possible = mayHold(rule, situationOf(member, unknown), open);
        for (const { context } of [said, ...others]) {
          const holds = evaluate(rule, situationOf(member, { ...said, context }));
          if (holds) held += 1;
          expect(holds && !possible).toBe(false);
        }
        expect(possible).toBe(whatFails(rule, situationOf(member, unknown), open).length === 0);
        if (!factsOf(rule).some(open)) expect(possible).toBe(evaluate(rule, situationOf(member, unknown)));
      }),
      { seed, numRuns: 2_000 },
    );
    expect(held).toBeGreaterThan(500);
  });
});

const timeFacts = new Set(["context.instant", "context.date", "context.weekday", "context.hour"]);
function fail(): never {
  throw new Error("no moment was drawn");
}
