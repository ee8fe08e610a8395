import fc from "fast-check";
import { planAudience } from "../../src/audiences/core/plan-audience";
import { measureAudience, selectAudience } from "../../src/audiences/core/select-audience";
import { chunkSize } from "../../src/audiences/core/piece";
import { evaluate } from "../../src/rules/core/evaluate";
import type { Rule } from "../../src/rules/core/rule";
import { factsOf } from "../../src/rules/core/rule-nodes";
import {
  anyChunkMember,
  audienceFacts,
  chunkSituation,
  KeyNumbers,
  StoredChunks,
  todayOf,
  type ChunkMember,
} from "../support/chunk-world";
import { anyMoment, anyRule, type RandomMoment } from "../support/random-rules";

/** Verdicts that are compared; the nightly run compares many. */
const comparisons = process.env.RULES_DEEP === "1" ? 1_000_000 : 50_000;
const [members, rules, stages] = [40, 20, 2];

/** One chunk and its members by position, checked against the reference evaluator. */
class World {
  readonly numbers = new KeyNumbers();
  readonly chunks = new StoredChunks(this.numbers);
  readonly members = new Map<number, ChunkMember>();

  put(changed: Iterable<readonly [number, ChunkMember | null]>): void {
    const changes = [...changed].map(([position, after]) => {
      const before = this.members.get(position) ?? null;
      if (after) this.members.set(position, after);
      else this.members.delete(position);
      return { position, before, after };
    });
    this.chunks.refresh(0, changes);
  }

  async check(rule: Rule, moment: RandomMoment): Promise<void> {
    const today = todayOf(moment);
    const planned = planAudience(rule, this.numbers.factsOn(today), { today });
    if (!planned.ok) throw new Error(`the plan misses ${planned.missing.join(", ")}`);
    const selected = await selectAudience(planned.plan, this.chunks, [0]);
    const verdicts = new Map<ChunkMember, boolean>();
    const expected: number[] = [];
    for (const [position, member] of [...this.members].sort(([one], [other]) => one - other)) {
      const known = verdicts.get(member) ?? evaluate(rule, chunkSituation(member, moment));
      verdicts.set(member, known);
      if (known && member.isLive) expected.push(position);
    }
    expect(selected.after(null, chunkSize).map(({ position }) => position)).toEqual(expected);
    expect(selected.count).toBe(expected.length);
  }
}

const position = fc.integer({ min: 0, max: chunkSize - 1 });
const anyAudienceRule = anyRule({ facts: audienceFacts });

describe("rules on chunks", () => {
  it(`select whom the reference evaluator selects, in ${comparisons.toLocaleString("en")} comparisons, while members change`, async () => {
    const stage = fc.record({
      members: fc.array(fc.tuple(position, fc.option(anyChunkMember, { freq: 9 })), {
        minLength: members,
        maxLength: members,
      }),
      // Which of the members of before change as well.
      again: fc.array(fc.tuple(fc.nat(members - 1), fc.option(anyChunkMember, { freq: 3 })), { maxLength: 10 }),
      rules: fc.array(anyAudienceRule, { minLength: rules, maxLength: rules }),
      moment: anyMoment(),
    });
    const numRuns = Math.ceil(comparisons / (members * rules * stages));
    const property = fc.asyncProperty(fc.array(stage, { minLength: stages, maxLength: stages }), async (all) => {
      const world = new World();
      for (const { members, again, rules, moment } of all) {
        const places = [...world.members.keys()];
        const changed = again.flatMap(([place, member]) => {
          const position = places[place];
          return position === undefined ? [] : [[position, member] as const];
        });
        world.put(new Map([...members, ...changed]));
        for (const rule of rules) await world.check(rule, moment);
      }
    });
    await fc.assert(property, { numRuns, endOnFailure: true });
  }, 600_000);

  it("select the same where members are so many that they are kept as bits, and columns with marks", async () => {
    const anyWorld = fc.record({
      pool: fc.array(anyChunkMember, { minLength: 30, maxLength: 30 }),
      drawn: fc.array(fc.nat(29), { minLength: 9_000, maxLength: 9_000, size: "max" }),
      step: fc.constantFrom(1, 3, 5, 7),
      changed: fc.array(fc.tuple(fc.nat(8_999), fc.option(fc.nat(29), { freq: 9 })), {
        minLength: 500,
        maxLength: 500,
        size: "max",
      }),
      rules: fc.array(anyAudienceRule, { minLength: 40, maxLength: 40 }),
      moment: anyMoment(),
    });
    const property = fc.asyncProperty(anyWorld, async ({ pool, drawn, step, changed, rules, moment }) => {
      const world = new World();
      world.put(drawn.map((member, place) => [place * step, pool[member]!]));
      for (const rule of rules.slice(0, 20)) await world.check(rule, moment);
      const others = changed.map(([place, member]) => [place * step, member === null ? null : pool[member]!] as const);
      world.put(new Map(others));
      for (const rule of rules.slice(20)) await world.check(rule, moment);
    });
    await fc.assert(property, { numRuns: comparisons > 50_000 ? 20 : 2, endOnFailure: true });
  }, 600_000);

  it("store after changes what they would store had the members been so from the beginning", () => {
    const anyChanges = fc.array(fc.tuple(fc.nat(30), fc.option(anyChunkMember, { freq: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(anyChanges, anyChanges, (first, second) => {
        const changed = new World();
        changed.put(new Map(first));
        changed.put(new Map(second));
        // Numbers follow the order in which something is first named, so both worlds share them.
        const fresh = new StoredChunks(changed.numbers);
        fresh.refresh(
          0,
          [...changed.members].map(([position, after]) => ({ position, before: null, after })),
        );
        expect(changed.chunks.stored()).toEqual(fresh.stored());
      }),
      { numRuns: 50 },
    );
  });

  it("are refused where they ask for context, with its names", () => {
    const numbers = new KeyNumbers();
    fc.assert(
      fc.property(anyRule(), (rule) => {
        const planned = planAudience(rule, numbers.factsOn("2024-02-28"), { today: "2024-02-28" });
        const context = factsOf(rule).filter((name) => name.startsWith("context."));
        expect(planned.ok ? [] : planned.missing).toEqual(context);
      }),
    );
  });
});

describe("the funnel", () => {
  it("tells what remains after each condition, what each removes alone, and whom only it keeps out", async () => {
    const conditions = fc.array(anyAudienceRule, { minLength: 1, maxLength: 6 });
    const anyMembers = fc.array(anyChunkMember, { minLength: 30, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(anyMembers, conditions, anyMoment(), async (members, all, moment) => {
        const world = new World();
        world.put(members.map((member, position) => [position, member]));
        const today = todayOf(moment);
        const planned = planAudience({ all }, world.numbers.factsOn(today), { today });
        if (!planned.ok) throw new Error("the plan misses something");
        const { members: selected, funnel } = await measureAudience(planned.plan, world.chunks, [0]);
        const live = members.filter(({ isLive }) => isLive);
        const holds = (rule: Rule, member: ChunkMember) => evaluate(rule, chunkSituation(member, moment));
        expect(funnel.live).toBe(live.length);
        expect(funnel.conditions).toEqual(
          all.map((condition, place) => ({
            remaining: live.filter((member) => all.slice(0, place + 1).every((each) => holds(each, member))).length,
            removedAlone: live.filter((member) => !holds(condition, member)).length,
            missedOnlyThis: live.filter((member) => {
              return all.every((each, other) => holds(each, member) === (other !== place));
            }).length,
          })),
        );
        expect(selected.count).toBe(funnel.conditions.at(-1)?.remaining);
      }),
      { numRuns: 60 },
    );
  });
});
