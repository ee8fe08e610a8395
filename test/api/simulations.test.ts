import fc from "fast-check";
import { knownMembers } from "../../src/matching/read-members";
import { evaluate } from "../../src/rules/core/evaluate";
import { knownSituation } from "../../src/rules/core/known-situation";
import { momentOf } from "../../src/rules/core/moment";
import { print } from "../../src/rules/core/print";
import type { Rule } from "../../src/rules/core/rule";
import { typeOfFact } from "../../src/rules/type-of-fact";
import { audienceLife } from "../support/audience-life";
import { callers } from "../support/api";
import { noon } from "../support/members-stage";
import { approver, contentInput, marketer } from "../support/offer-life";
import { dollars, hours } from "../support/offers-stage";
import { anyRule } from "../support/random-rules";
import { simulationsStage, type SimulationsStage } from "../support/simulations-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

jest.setTimeout(60_000);

const seed = Number(process.env.RULES_SEED ?? Date.now() % 2 ** 31);

let stage: SimulationsStage;
let merchant: SimulationsStage["shop"];
let life: SimulationsStage["life"];
let [spend, gold, secret] = ["", "", ""];

beforeAll(async () => {
  stage = await simulationsStage();
  ({ shop: merchant, life, spend, gold, secret } = stage);
});

const draft: SimulationsStage["draft"] = (offer, as) => stage.draft(offer, as);
const run: SimulationsStage["run"] = (input, actor) => stage.run(input, actor);
const atLeast = (count: number): Rule => ({ between: { fact: spend, atLeast: count } });
const usd = (amountMinor: number) => ({ amountMinor: String(amountMinor), currency: "USD" });

it("a simulation of a moment that is far off is refused in a sentence", async () => {
  const offer = await stage.offer(merchant, { rule: atLeast(40) });
  const input = { drafts: [draft(offer, { everybody: true })], moment: { at: "9999-12-31T00:00:00Z" } };
  const document = `mutation ($input: SimulateRulesInput!) { simulateRules(input: $input) { userErrors { code } } }`;
  const { errors } = await stage.api.execute(marketer, document, { input });
  expect(errors?.[0]?.message).toContain("expected an instant within 400 days of now");
});

describe("a simulation of a draft", () => {
  it("counts who gains it and who loses it, and what the rewards come to", async () => {
    const offer = await stage.offer(merchant, { rule: atLeast(40), reward: dollars(500) });
    const content = contentInput({ ruleText: `${spend} >= 30 and ${spend} < 50`, reward: usd(700) });
    const next = await life.drafted(marketer, { target: { offerId: stage.gid(offer) }, content });
    const simulation = await run({ drafts: [draft(offer, { version: next.version })] });
    const expected = { before: 20, after: 20, gained: 10, lost: 10 };
    expect(simulation).toMatchObject({ state: "DONE", population: 60, sampled: 60, counted: 60, seed: 1 });
    expect(simulation.rules).toEqual([
      {
        ...{ offer: { code: offer.code }, publishedVersion: 1, draftVersion: 2, missingContext: [] },
        ...{ isPublishedOpen: true, isDraftOpen: true, counted: expected, estimated: expected },
        countedLiability: [{ before: usd(10_000), after: usd(14_000), gained: usd(7_000), lost: usd(5_000) }],
        estimatedLiability: [{ before: usd(10_000), after: usd(14_000), gained: usd(7_000), lost: usd(5_000) }],
      },
    ]);
    expect(simulation.countedLiability).toEqual(simulation.rules[0].countedLiability);
  });

  it("finds that everybody gains an offer that nobody had, also one without a value", async () => {
    const drafted = await life.drafted(
      marketer,
      life.newOffer({ kind: "INFORMATIONAL", mark: usd(0), reward: usd(0), ruleText: `has ${spend}` }),
    );
    const simulation = await run({ drafts: [{ offerId: drafted.offerId, as: { version: 1 } }] });
    expect(simulation.rules[0]).toMatchObject({
      ...{ publishedVersion: null, draftVersion: 1, isPublishedOpen: null, countedLiability: [] },
      counted: { before: 0, after: 60, gained: 60, lost: 0 },
    });
  });

  it("tries an offer in several ways at once: another rule as tree and as text, and none", async () => {
    const offer = await stage.offer(merchant, { rule: { equals: { fact: gold, value: true } } });
    const simulation = await run({
      drafts: [
        draft(offer, { rule: { equals: { fact: gold, value: { boolean: false } } } }),
        draft(offer, { text: `not has ${gold}` }),
        draft(offer, { everybody: true }),
      ],
    });
    expect(simulation.rules.map((rule: any) => [rule.draftVersion, rule.counted])).toEqual([
      [null, { before: 10, after: 10, gained: 10, lost: 10 }],
      [null, { before: 10, after: 40, gained: 40, lost: 10 }],
      [null, { before: 10, after: 60, gained: 50, lost: 0 }],
    ]);
    expect(simulation.countedLiability).toEqual([
      { before: usd(15_000), after: usd(55_000), gained: usd(50_000), lost: usd(10_000) },
    ]);
  });

  it("asks the rules in the moment that is given, and tells what it does not say", async () => {
    const offer = await stage.offer(merchant, { rule: { equals: { fact: "context.scene", value: "fuel" } } });
    const drafts = [draft(offer, { text: 'context.scene = "dining" and context.city = "Shanghai"' })];
    const there = await run({ drafts, moment: { scene: "dining", city: "Shanghai" } });
    expect(there.rules[0]).toMatchObject({ counted: { before: 0, after: 60 }, missingContext: [] });
    const nowhere = await run({ drafts, moment: { scene: "fuel" } });
    expect(nowhere.rules[0]).toMatchObject({ counted: { before: 60, after: 0 }, missingContext: ["context.city"] });
  });

  it("holds to the windows at the moment, whoever may simulate may ask for any", async () => {
    const offer = await stage.offer(merchant, { startsAt: hours(-10), endsAt: hours(10) });
    const drafts = [draft(offer, { text: `has ${spend}` })];
    const [inside, outside] = await Promise.all([
      run({ drafts, moment: { at: hours(9) } }, approver),
      run({ drafts, moment: { at: hours(10) } }, approver),
    ]);
    expect(inside.rules[0]).toMatchObject({ isPublishedOpen: true, isDraftOpen: true, counted: { before: 60 } });
    expect(outside.rules[0]).toMatchObject({ isDraftOpen: false, counted: { before: 0, after: 0, gained: 0 } });
  });

  it("does not count members who are closed, whatever is negated", async () => {
    const memberId = await stage.memberOf(merchant);
    const before = await run({ drafts: [draft(await stage.offer(merchant), { text: `not has ${gold}` })] });
    const document = `mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }`;
    const input = { id: stage.memberGid(callers.service, { memberId }), revision: 1, status: "CLOSED" };
    expect(await stage.mutate(callers.service, document, input)).toEqual({ userErrors: [] });
    const after = await run({ drafts: [draft(await stage.offer(merchant), { text: `not has ${gold}` })] });
    expect([before.population, after.population]).toEqual([61, 60]);
    expect([before.rules[0].counted.after, after.rules[0].counted.after]).toEqual([41, 40]);
  });

  it("agrees with the reference evaluator on random drafts", async () => {
    const { services } = stage;
    const moment = momentOf({ instant: noon, scene: "fuel" }, services.timeZone);
    const known = await knownMembers(services, stage.memberIds, noon);
    const snapshot = services.catalogue.current;
    const audiences = () => undefined;
    const typeOf = (fact: string) => typeOfFact(snapshot, fact);
    const situations = known.map((member) =>
      knownSituation(member, moment, { numbers: services.facts.numbers, typeOf, audiences }),
    );
    const definitions = [
      { name: spend, source: "TAG", type: "NUMBER", choices: null, unit: null, alwaysKnown: false },
      { name: gold, source: "TAG", type: "BOOLEAN", choices: null, unit: null, alwaysKnown: false },
    ] as const;
    const rules = fc.sample(anyRule({ facts: definitions, audiences: [], depth: 3 }), { numRuns: 60, seed });
    const offer = await stage.offer(merchant, { rule: atLeast(20) });
    const simulation = await run({
      drafts: rules.map((rule) => draft(offer, { text: print(rule) })),
      moment: { scene: "fuel" },
    });
    const had = situations.map((situation) => evaluate(atLeast(20), situation));
    const expected = rules.map((rule) => {
      const has = situations.map((situation) => evaluate(rule, situation));
      const count = (wanted: (place: number) => boolean) => situations.filter((_, place) => wanted(place)).length;
      return {
        before: count((place) => had[place] === true),
        after: count((place) => has[place] === true),
        gained: count((place) => has[place] === true && had[place] === false),
        lost: count((place) => has[place] === false && had[place] === true),
      };
    });
    expect({ seed, counted: simulation.rules.map((rule: any) => rule.counted) }).toEqual({ seed, counted: expected });
  });
});

describe("a sample", () => {
  const everybody = async () => [draft(await stage.offer(merchant, { rule: atLeast(0) }), { everybody: true })];

  it("is the same for the same seed and another for another one, and is scaled up beside its own counts", async () => {
    const offer = await stage.offer(merchant, { rule: atLeast(30) });
    const of = (members: object) => run({ drafts: [draft(offer, { everybody: true })], members });
    const [one, again, other] = [
      await of({ size: 20, seed: 7 }),
      await of({ size: 20, seed: 7 }),
      await of({ size: 20, seed: 8 }),
    ];
    expect(one).toMatchObject({ population: 60, sampled: 20, counted: 20 });
    expect(again.rules).toEqual(one.rules);
    const { counted, estimated } = one.rules[0];
    expect([counted.after, estimated.after, estimated.before]).toEqual([20, 60, counted.before * 3]);
    expect(one.countedLiability[0].after).toEqual(usd(10_000));
    expect(one.estimatedLiability[0].after).toEqual(usd(30_000));
    expect(other.seed).toBe(8);
  });

  it("is of the members whom a rule finds, all of them or some", async () => {
    const drafts = await everybody();
    const ofRule = await run({ drafts, members: { of: { text: `${spend} >= 45` } } });
    expect(ofRule).toMatchObject({ population: 15, sampled: 15, counted: 15 });
    const ofFew = await run({ drafts, members: { of: { rule: { has: { fact: gold } } }, size: 5 } });
    expect(ofFew).toMatchObject({ population: 20, sampled: 5, counted: 5 });
    expect(ofFew.rules[0].estimated).toMatchObject({ after: 20 });
  });

  it("is of a published audience's members, by its code", async () => {
    const { code } = await audienceLife(stage).published({ text: `${spend} < 12` });
    const simulation = await run({ drafts: await everybody(), members: { of: { audience: code } } });
    expect(simulation).toMatchObject({ state: "DONE", population: 12, sampled: 12 });
  });

  it.each([
    ["of nobody", { size: 0 }, "INVALID_INPUT", ["input", "members", "size"]],
    ["of too many", { size: 100_001 }, "INVALID_INPUT", ["input", "members", "size"]],
    ["of an audience that is not there", { of: { audience: "nope" } }, "NOT_FOUND", ["input", "members", "audience"]],
    ["by a rule that is none", { of: { text: "and" } }, "INVALID_RULE", ["input", "members", "text"]],
    ["by a scene", { of: { text: 'context.scene = "fuel"' } }, "CONTEXT_REQUIRED", ["input", "members"]],
  ])("is refused %s", async (_, members, code, path) => {
    const { simulation, userErrors } = await stage.start({ drafts: await everybody(), members });
    expect(simulation).toBeNull();
    expect(userErrors).toMatchObject([{ code, path }]);
  });
});

describe("drafts", () => {
  const first = ["input", "drafts", "0"];

  it.each([
    ["none", () => [], "INVALID_INPUT", ["input", "drafts"]],
    ["more than a hundred", (offer: object) => Array(101).fill(offer), "TOO_MANY", ["input", "drafts"]],
    [
      "an offer that is not there",
      () => [{ offerId: "x", as: { everybody: true } }],
      "NOT_FOUND",
      [...first, "offerId"],
    ],
    [
      "a version that is not there",
      (offer: object) => [{ ...offer, as: { version: 9 } }],
      "NOT_FOUND",
      [...first, "as", "version"],
    ],
    [
      "a tag that is not there",
      (offer: object) => [{ ...offer, as: { text: "nope_x" } }],
      "UNKNOWN_FACT",
      [...first, "as", "text"],
    ],
    [
      "a sensitive tag",
      (offer: object) => [{ ...offer, as: { text: secret } }],
      "UNKNOWN_FACT",
      [...first, "as", "text"],
    ],
  ])("are refused: %s", async (_, draftsOf, code, path) => {
    const offer = draft(await stage.offer(merchant), { everybody: true });
    const { userErrors } = await stage.start({ drafts: draftsOf(offer) });
    expect(userErrors).toMatchObject([{ code, path }]);
  });

  it("of somebody who may read more tell a caller nothing by counts", async () => {
    const offer = await stage.offer(merchant, { rule: { equals: { fact: secret, value: true } } });
    const { userErrors } = await stage.start({ drafts: [draft(offer, { everybody: true })] });
    expect(userErrors).toMatchObject([{ code: "FORBIDDEN", path: first }]);
    const mayRead = await run({ drafts: [draft(offer, { everybody: true })] }, callers.staff("RISK"));
    expect(mayRead.rules[0].counted).toMatchObject({ before: 0, after: 60 });
  });

  it("that say everybody, but not, are refused", async () => {
    const input = { drafts: [draft(await stage.offer(merchant), { everybody: false })] };
    await expect(stage.start(input)).rejects.toThrow(/everybody is false, expected true/);
  });
});
