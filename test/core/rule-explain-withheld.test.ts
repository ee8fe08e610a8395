import fc from "fast-check";
import type { FactValue } from "../../src/facts/core/fact";
import type { Situation } from "../../src/rules/core/evaluate";
import { explain, nodesInOrder, type ExplainedNode, type Sight } from "../../src/rules/core/explain";
import type { Leaf, Rule } from "../../src/rules/core/rule";
import { factOf, isLeaf, nodesOf, withLeaves } from "../../src/rules/core/rule-nodes";
import { anyMember, anyMoment, anyRule, sampleFact, situationOf } from "../support/random-rules";

const typeOf = (name: string) => sampleFact(name)?.type;
const anySituation = fc.tuple(anyMember(), anyMoment()).map(([member, moment]) => situationOf(member, moment));
const situation = (facts: Record<string, FactValue>): Situation => {
  return { today: "2024-02-28", valueOf: (name) => facts[name], isInAudience: () => false };
};

describe("an explanation to somebody from whom a part is withheld", () => {
  /** Every fact's name ends one way or the other, by which each leaf is shown or not. */
  const sightBy = (seed: number): Sight => {
    const isSeen = (leaf: Leaf, salt: number) => (JSON.stringify(leaf).length * 31 + seed * 7 + salt) % 3 > 0;
    return { ofCondition: (leaf) => isSeen(leaf, 0), ofValue: (leaf) => isSeen(leaf, 1) };
  };
  const isSeen = (sight: Sight, leaf: Leaf) => sight.ofCondition(leaf) && sight.ofValue(leaf);
  const told = (root: ExplainedNode) =>
    nodesInOrder(root).map(({ path, holds, decides, isWithheld, isWished }) => {
      return { path, holds, decides, isWithheld, isWished };
    });

  /** The rule with true and false in the place of leaves: `always` and `never` of every situation. */
  const withVerdicts = (rule: Rule, verdictOf: (leaf: Leaf) => boolean): Map<Leaf, boolean> =>
    new Map(nodesOf(rule).flatMap(({ rule: node }) => (isLeaf(node) ? [[node, verdictOf(node)] as const] : [])));

  /** Leaves ask for facts of their own, so that each can be given any verdict. */
  const distinct = (rule: Rule): Rule => {
    let count = 0;
    return withLeaves(rule, () => ({ has: { fact: `f${"x".repeat(count)}${(count += 1)}` } }));
  };
  const inVerdicts = (verdicts: Map<Leaf, boolean>): Situation =>
    situation(
      Object.fromEntries([...verdicts].flatMap(([leaf, holds]) => (holds ? [[factOf(leaf) ?? "", true]] : []))),
    );

  test("is the same whatever is behind what is withheld, as long as the verdict is", () => {
    const cases = fc.tuple(anyRule(), fc.nat(50), fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(cases, ([drawn, seed, first, second]) => {
        const rule = distinct(drawn);
        const sight = sightBy(seed);
        const one = withVerdicts(rule, () => first.next().value);
        const other = new Map(
          [...one].map(([leaf, holds]) => [leaf, isSeen(sight, leaf) ? holds : second.next().value]),
        );
        const explainedOne = explain(rule, inVerdicts(one), typeOf, sight);
        const explainedOther = explain(rule, inVerdicts(other), typeOf, sight);
        fc.pre(explainedOne.holds === explainedOther.holds);
        expect(told(explainedOther)).toEqual(told(explainedOne));
      }),
      { numRuns: 3_000 },
    );
  });

  test("never says a verdict that is not so, and always that of the whole and of what is shown", () => {
    fc.assert(
      fc.property(anyRule(), anySituation, fc.nat(50), (rule, asked, seed) => {
        const sight = sightBy(seed);
        const shown = nodesInOrder(explain(rule, asked, typeOf, sight));
        const full = nodesInOrder(explain(rule, asked, typeOf));
        shown.forEach(({ holds, isWithheld, operator }, place) => {
          if (holds !== null) expect(holds).toBe(full[place]?.holds);
          if (place === 0) expect(holds).not.toBeNull();
          if (!["all", "any", "not"].includes(operator) && !isWithheld) expect(holds).not.toBeNull();
        });
      }),
    );
  });

  const [seen, hidden, hiddenToo]: Rule[] = [
    { has: { fact: "seen" } },
    { has: { fact: "hidden" } },
    { has: { fact: "hiddenToo" } },
  ];
  const half: Sight = { ofCondition: () => true, ofValue: (leaf) => factOf(leaf) === "seen" };
  const leavesOf = (rule: Rule, facts: Record<string, FactValue>) =>
    nodesInOrder(explain(rule, situation(facts), typeOf, half))
      .filter(({ leaf }) => leaf)
      .map(({ decides, holds }) => ({ decides, holds }));

  test("says of what is withheld that it decided, whether it did or only could have", () => {
    const rule = { all: [seen!, hidden!] };
    const expected = [
      { decides: true, holds: false },
      { decides: true, holds: null },
    ];
    expect([leavesOf(rule, {}), leavesOf(rule, { hidden: 1 })]).toEqual([expected, expected]);
  });

  test("tells what is withheld by itself only where it follows from the rest", () => {
    expect(leavesOf({ all: [seen!, hidden!] }, { seen: 1 })[1]).toEqual({ decides: true, holds: false });
    const [, first, second] = leavesOf({ all: [seen!, hidden!, hiddenToo!] }, { seen: 1, hidden: 1 });
    expect([first, second]).toEqual([
      { decides: true, holds: null },
      { decides: true, holds: null },
    ]);
  });
});
