import fc from "fast-check";
import { requestContext, type RequestContext } from "../../src/context";
import { demoWork, registerDemoActors } from "../../src/demo/demo-work";
import { loadBankMembers } from "../../src/demo/load-bank-members";
import { loadCatalogue } from "../../src/demo/load-catalogue";
import { importOffer } from "../../src/offers/import-offer";
import { knownMembers } from "../../src/matching/read-members";
import { ruleRooms } from "../../src/rule-rooms";
import { assumedStatistics } from "../../src/rules/core/index/statistics";
import { RuleStore } from "../../src/rules/rule-store";
import { evaluate } from "../../src/rules/core/evaluate";
import { knownSituation } from "../../src/rules/core/known-situation";
import { SituationTranslator } from "../../src/rules/core/local-situation";
import { momentOf, type AskedMoment } from "../../src/rules/core/moment";
import type { Rule } from "../../src/rules/core/rule";
import { factsFor } from "../../src/rules/rule-names";
import { sampleStatistics } from "../../src/matching/sample-statistics";
import { typeOfFact } from "../../src/rules/type-of-fact";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { valueOf } from "../support/members-stage";
import { offerContent } from "../support/offers-stage";
import { anyRule } from "../support/random-rules";

/* The demo's card holders, read and translated as matching does it, against the reference evaluator. */

const now = new Date("2026-06-01T12:00:00Z");
const seed = Number(process.env.RULES_SEED ?? Date.now() % 2 ** 31);
const rulesToPublish = 80;

let api: TestApi;
let work: RequestContext;
let memberIds: string[];
const rules = new Map<string, Rule>();

beforeAll(async () => {
  const { database } = await testDatabase({ poolSize: 8 });
  api = testApi(database, () => now);
  work = demoWork(api.services);
  await registerDemoActors(work, ["staff", "service"]);
  const catalogue = await loadCatalogue(work, () => undefined);
  memberIds = await loadBankMembers(work, catalogue);
  const merchantId = [...catalogue.merchants.values()][0]?.merchantId ?? "";
  const service = requestContext(api.services, { requestId: "test", actor: callers.service, locale: "en" });
  const facts = factsFor(service, await api.services.catalogue.catchUp());
  const drawn = fc.sample(anyRule({ facts, audiences: [], depth: 3 }), { seed, numRuns: rulesToPublish });
  for (const [place, rule] of [...handMade, ...drawn].entries()) {
    const content = { ...offerContent, rule };
    const offer = valueOf(await importOffer(work, { merchantId, code: `rule-${place}`, content }));
    rules.set(offer.offerId, rule);
  }
  await api.services.catalogue.catchUp();
}, 240_000);

const handMade: readonly Rule[] = [
  { between: { fact: "age", atLeast: 30, below: 50 } },
  { all: [{ has: { fact: "member.tiers" } }, { not: { equals: { fact: "car_owner", value: true } } }] },
  { between: { fact: "member.tenure_days", above: 1000 } },
];

async function compare(
  asked: Partial<AskedMoment>,
  store: RuleStore = api.services.rules,
): Promise<{ matches: number; differences: string[] }> {
  const { services } = api;
  const { index, vocabulary, thing } = store.at(now);
  const translator = new SituationTranslator(vocabulary, services.facts.numbers);
  const moment = momentOf({ instant: now, ...asked }, services.timeZone);
  const sources = {
    numbers: services.facts.numbers,
    typeOf: (fact: string) => typeOfFact(services.catalogue.current, fact),
    audiences: services.rules.audiences,
  };
  const differences: string[] = [];
  let matches = 0;
  for (const known of await knownMembers(services, memberIds, now)) {
    const situation = translator.translate(known, moment);
    if (!situation) throw new Error("a number of a member was not fetched");
    const count = index.match(situation);
    const found = Array.from(index.matched.subarray(0, count), (number) => thing(number).id).sort();
    const reference = knownSituation(known, moment, sources);
    const wanted = [...rules].filter(([, rule]) => evaluate(rule, reference)).map(([id]) => id);
    matches += count;
    if (found.join() !== wanted.sort().join()) differences.push(`${found.length} instead of ${wanted.length}`);
  }
  return { matches, differences };
}

describe(`matches of the demo's members (seed ${seed})`, () => {
  const moments: [string, Partial<AskedMoment>][] = [
    ["a moment of which only the time is known", {}],
    ["a purchase at the fuel station", { scene: "fuel", channel: "IN_STORE", amountMinor: 20_000n, currency: "CNY" }],
  ];

  it.each(moments)("are those of the reference evaluator in %s", async (_, asked) => {
    const { matches, differences } = await compare(asked);
    expect(differences).toEqual([]);
    expect(matches).toBeGreaterThan(memberIds.length);
  });

  it.each(moments)("are the same by an index that was built by a sample of them, in %s", async (_, asked) => {
    const { catalogue, log } = api.services;
    const sample = (at: Date) => sampleStatistics(api.services, at);
    const sampled = new RuleStore({ catalogue, rooms: ruleRooms, log, sample });
    await sampled.rebuild(now);
    expect(sampled.statistics).not.toBe(assumedStatistics);
    expect(await compare(asked, sampled)).toEqual(await compare(asked));
  });
});

describe("a sample of members", () => {
  it("counts what they have: tags, days, and what is derived of them", async () => {
    const statistics = await sampleStatistics(api.services, now);
    const known = await knownMembers(api.services, memberIds, now);
    const owners = known.filter((member) => hasChoice(member.encoded.keys, "car_owner", "true"));
    expect(statistics?.shareOfChoice("car_owner", "true")).toBeCloseTo(owners.length / known.length, 1);
    expect(statistics?.shareKnown("member.tenure_days")).toBeGreaterThan(0.9);
    expect(statistics?.shareBetween("member.tenure_days", 0, 100_000)).toBeGreaterThan(0.9);
    expect(statistics?.cuts("member.tenure_days", "NUMBER").length).toBeGreaterThan(5);
  });

  it("is none where there are no members", async () => {
    const { database } = await testDatabase();
    const empty = testApi(database, () => now);
    await empty.services.catalogue.catchUp();
    expect(await sampleStatistics(empty.services, now)).toBeUndefined();
  });
});

function hasChoice(keys: Int32Array, fact: string, choice: string): boolean {
  const number = api.services.facts.numbers.find({ fact, choice });
  return number !== undefined && keys.includes(number);
}
