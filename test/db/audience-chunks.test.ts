import { eq, sql } from "drizzle-orm";
import { audienceServices } from "../../src/audiences/audience-services";
import { audienceChunks, audiencePieces, audiencePlaces } from "../../src/audiences/audiences.tables";
import { chunkHeads, membersAt } from "../../src/audiences/chunks.queries";
import { selectAudience } from "../../src/audiences/core/select-audience";
import { viewAudiences } from "../../src/audiences/evaluate-audience";
import { rebuildChunk, takeUpPending, type ChunkWork } from "../../src/audiences/take-up";
import type { Services } from "../../src/context";
import { openDoor } from "../../src/db/client";
import { factsOf } from "../../src/fact-rooms";
import { decodeFacts, encodeFacts } from "../../src/facts/core/encoding";
import { encodedMembers, historyCounters, historyDays } from "../../src/facts/facts.tables";
import { recordConsent } from "../../src/members/record-consent";
import { updateMember } from "../../src/members/update-member";
import { evaluate } from "../../src/rules/core/evaluate";
import { knownSituation } from "../../src/rules/core/known-situation";
import { momentOf } from "../../src/rules/core/moment";
import type { Leaf, Rule } from "../../src/rules/core/rule";
import { typeOfFact } from "../../src/rules/type-of-fact";
import { setTags } from "../../src/tags/set-tags";
import { membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let services: Services;
let partnerId: string;
const codes = { flag: "flag", level: "level", spend: "spend", since: "since", likes: "likes" } as const;
const choices = { level: ["LOW", "MIDDLE", "HIGH"], likes: ["TEA", "CAKE", "MILK"] };
const members: string[] = [];
const seed = 20_260_601;

beforeAll(async () => {
  stage = await membersStage();
  ({ services } = stage);
  partnerId = await stage.partner();
  await stage.tag(partnerId, { code: codes.flag, type: "BOOLEAN" });
  await stage.tag(partnerId, { code: codes.level, type: "ENUM", choices: choices.level });
  await stage.tag(partnerId, { code: codes.spend, type: "NUMBER" });
  await stage.tag(partnerId, { code: codes.since, type: "DATE" });
  await stage.tag(partnerId, { code: codes.likes, type: "SET", choices: choices.likes });
  await services.catalogue.catchUp();
  const random = seeded(seed);
  for (let count = 0; count < 120; count += 1) members.push((await memberWith(randomTags(random))).memberId);
}, 60_000);

describe("an audience", () => {
  it("has the members for whom the reference evaluator says that the rule holds", async () => {
    const random = seeded(seed + 1);
    const situations = await everySituation();
    let some = 0;
    for (let count = 0; count < 150; count += 1) {
      const rule = randomRule(random, 3);
      const expected = [...situations].filter(([, situation]) => evaluate(rule, situation)).map(([id]) => id);
      const found = await membersOf(rule);
      if (found.join() !== expected.sort().join()) throw new Error(`seed ${seed}: ${JSON.stringify(rule)}`);
      if (expected.length > 0 && expected.length < members.length) some += 1;
    }
    expect(some).toBeGreaterThan(50);
  });

  it("has as many as plain SQL counts", async () => {
    const [row] = await services.database.app.execute<{ count: number }>(sql`
      select count(*)::int from alliance.members m
      where m.status = 'ACTIVE'
        and exists (select from alliance.member_tags t
          where t.member_id = m.member_id and t.tag_code = 'spend' and (t.value)::numeric >= 4)
        and not exists (select from alliance.member_tags t
          where t.member_id = m.member_id and t.tag_code = 'level' and t.value = '"HIGH"')`);
    const rule: Rule = { all: [between({ atLeast: 4 }), { not: level("HIGH") }] };
    expect(row?.count).toBeGreaterThan(5);
    expect(await membersOf(rule)).toHaveLength(row?.count ?? -1);
  });

  it("answers alike with a memory that holds next to nothing", async () => {
    const small = { ...services, audiences: audienceServices({ memoryMegabytes: 0 }) };
    const rule: Rule = { any: [between({ atLeast: 4 }), level("HIGH"), { not: { has: { fact: codes.since } } }] };
    expect(await membersOf(rule, small)).toEqual(await membersOf(rule));
    expect(small.audiences.memory.bytes).toBeLessThan(1_048_577);
  });
});

describe("a change of a member", () => {
  it("is in the next answer, which says that it is as of now", async () => {
    const { memberId } = await memberWith([{ code: codes.spend, value: { number: 500 } }]);
    expect(await membersOf(between({ atLeast: 500 }))).toEqual([memberId]);
    valueOf(await setTags(stage.work(), tagsOf(memberId, [{ code: codes.spend, value: { number: 499 } }])));
    expect(await membersOf(between({ atLeast: 500 }))).toEqual([]);
    const view = await viewAudiences({ services, now: noon }, { rules: [], at: noon, partnerId: null });
    expect(view.asOf).toEqual(noon);
  });

  it("is seen by another server that holds the chunk in memory", async () => {
    const other = anotherServer();
    const rule = between({ atLeast: 600 });
    expect(await membersOf(rule, other)).toEqual([]);
    const { memberId } = await memberWith([{ code: codes.spend, value: { number: 600 } }]);
    expect(await membersOf(rule)).toEqual([memberId]);
    expect(await membersOf(rule, other)).toEqual([memberId]);
  });

  it("takes closed members out, and those who refused a partner", async () => {
    const [closed, refused, asked] = await Promise.all(
      [1, 2, 3].map(() => memberWith([{ code: codes.spend, value: { number: 700 } }])),
    );
    const rule = between({ atLeast: 700 });
    expect(await membersOf(rule)).toHaveLength(3);
    valueOf(await updateMember(stage.work(), { memberId: closed!.memberId, revision: 1, status: "CLOSED" }));
    await consent(refused!.memberId, "MARKETING", true);
    await consent(refused!.memberId, "MARKETING", false);
    await consent(asked!.memberId, "PROFILING", true);
    await consent(asked!.memberId, "ANALYTICS", false);
    expect(await membersOf(rule)).toEqual([asked!.memberId]);
    await consent(refused!.memberId, "MARKETING", true);
    expect(await membersOf(rule)).toHaveLength(2);
  });

  it("takes them out of the audiences of the refused partner alone, but out of all of the operator's", async () => {
    const { memberId } = await memberWith([{ code: codes.spend, value: { number: 800 } }]);
    const elsewhere = await stage.partner();
    await services.catalogue.catchUp();
    const rule = between({ atLeast: 800 });
    await consent(memberId, "PROFILING", false, elsewhere);
    expect(await membersOf(rule)).toEqual([]);
    expect(await membersOf(rule, services, partnerId)).toEqual([memberId]);
    expect(await membersOf(rule, services, elsewhere)).toEqual([]);
  });
});

describe("a history counter", () => {
  it("is summed up over its period on the day of the moment, and 0 where nothing was counted", async () => {
    const { app } = services.database;
    await app.insert(historyCounters).values({
      ...{ code: "buys", name: { en: "Purchases" }, metric: "PURCHASES", periodDays: 30, createdAt: noon },
      ...{ merchantId: null, categoryCode: null, currency: null, timeZone: services.timeZone },
    });
    const [many, few, before] = [members[0]!, members[1]!, members[2]!];
    await app.insert(historyDays).values([
      { memberId: many, counterCode: "buys", day: "2026-06-01", value: 2n },
      { memberId: many, counterCode: "buys", day: "2026-05-03", value: 1n },
      { memberId: few, counterCode: "buys", day: "2026-05-20", value: 1n },
      { memberId: before, counterCode: "buys", day: "2026-05-02", value: 9n },
    ]);
    const buys = (ends: object): Rule => ({ between: { fact: "history.buys", ...ends } });
    expect(await membersOf(buys({ atLeast: 3 }))).toEqual([many]);
    expect(await membersOf(buys({ atLeast: 1 }))).toEqual([many, few].sort());
    const without = await membersOf({ not: buys({ atLeast: 1 }) });
    expect(await membersOf(buys({ atMost: 0 }))).toEqual(without);
    expect(without).toContain(before);
  });
});

describe("a tier that has ended", () => {
  it("is no reason to be in an audience any more, before the job has been there", async () => {
    const [memberId] = members;
    const { app } = services.database;
    await services.facts.numbers.ensure([null, "miles/gold"].map((choice) => ({ fact: "member.tiers", choice })));
    await takeUpPending(chunkWork());
    const { numbers } = services.facts;
    const [row] = await app.select().from(encodedMembers).where(eq(encodedMembers.memberId, memberId!));
    const facts = decodeFacts(row!.encoding);
    const held = [null, "miles/gold"].map((choice) => numbers.numberOf({ fact: "member.tiers", choice }));
    const encoding = encodeFacts({ ...facts, keys: Int32Array.from([...facts.keys, ...held]).sort() });
    const golden: Rule = { contains: { fact: "member.tiers", choices: ["miles/gold"] } };
    const lapses = (at: string) => ({ encoding, pending: true, lapsesAt: new Date(at) });
    await app.update(encodedMembers).set(lapses("2026-06-02T00:00:00Z")).where(eq(encodedMembers.memberId, memberId!));
    expect(await membersOf(golden)).toEqual([memberId]);
    await app.update(encodedMembers).set(lapses("2026-06-01T11:00:00Z")).where(eq(encodedMembers.memberId, memberId!));
    expect(await membersOf(golden)).toEqual([]);
  });
});

describe("taking changes up", () => {
  it("counts nobody twice where two servers do it at once", async () => {
    for (let count = 0; count < 30; count += 1) await memberWith([{ code: codes.spend, value: { number: 900 } }]);
    const before = (await chunkHeads(services.database.app))[0]!;
    const others = [services, anotherServer(), anotherServer()];
    await Promise.all(others.map((server) => takeUpPending(chunkWork(server))));
    expect(await membersOf(between({ atLeast: 900 }))).toHaveLength(30);
    const after = (await chunkHeads(services.database.app))[0]!;
    expect(after.numbered - before.numbered).toBe(30);
    await expectEveryoneOnce();
  });

  it("changes nothing where it is done again, as after a crash before the members were marked", async () => {
    await takeUpPending(chunkWork());
    const before = await chunkHeads(services.database.app);
    await services.database.app.update(encodedMembers).set({ pending: true });
    expect(await takeUpPending(chunkWork())).toBeGreaterThan(100);
    expect(await takeUpPending(chunkWork())).toBe(0);
    expect(await chunkHeads(services.database.app)).toEqual(before);
  });

  it("goes on where it was killed while it wrote a chunk, of which nothing is left", async () => {
    await takeUpPending(chunkWork());
    const { memberId } = await memberWith([{ code: codes.spend, value: { number: 1000 } }]);
    const { app } = services.database;
    const owner = openDoor({ url: stage.ownerUrl }, 1);
    let killed: Promise<unknown> = Promise.resolve();
    await app.transaction(async (tx) => {
      // The pieces are written last: by then the chunk is locked, and the new member numbered.
      await tx.execute(sql`select from ${audiencePieces} for update`);
      killed = takeUpPending(chunkWork()).catch((error: unknown) => error);
      const [blocked] = await waitFor(async () => [
        ...(await owner.execute<{ pid: number }>(sql`
          select pid from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database() and query like '%insert into%audience_pieces%'`)),
      ]);
      await owner.execute(sql`select pg_terminate_backend(${blocked?.pid})`);
    });
    await owner.$client.end({ timeout: 5 });
    expect(await killed).toBeInstanceOf(Error);
    const [place] = await app.execute(sql`select from ${audiencePlaces} where member_id = ${memberId}`);
    expect(place).toBeDefined();
    const [numbered] = await app.execute(sql`select from alliance.audience_members where member_id = ${memberId}`);
    expect(numbered).toBeUndefined();
    expect(await membersOf(between({ atLeast: 1000 }))).toEqual([memberId]);
    await expectEveryoneOnce();
  });

  it("begins another chunk where the last one is full, and counts over both", async () => {
    const rule = between({ atLeast: 0 });
    const before = await membersOf(rule);
    await services.database.app.update(audienceChunks).set({ placed: 65_536 });
    await memberWith([{ code: codes.spend, value: { number: 1 } }]);
    await memberWith([{ code: codes.spend, value: { number: 1 } }]);
    expect(await membersOf(rule)).toHaveLength(before.length + 2);
    expect((await chunkHeads(services.database.app)).map((head) => head.numbered > 0)).toEqual([true, true]);
  });
});

describe("a rebuild", () => {
  it("makes broken chunks whole, also in the memory of another server", async () => {
    const other = anotherServer();
    const rule: Rule = { any: [between({ atLeast: 4 }), level("LOW")] };
    const before = await membersOf(rule, other);
    await services.database.app.update(audiencePieces).set({ body: Buffer.from([9, 9, 9]), version: 1_000_000 });
    await services.database.app.update(audienceChunks).set({ version: 1_000_000 });
    await expect(membersOf(rule, other)).rejects.toThrow();
    for (const { chunk } of await chunkHeads(services.database.app)) await rebuildChunk(chunkWork(), chunk);
    expect(await membersOf(rule, other)).toEqual(before);
    expect(await membersOf(rule)).toEqual(before);
  });
});

type Tags = { readonly code: string; readonly value: object }[];

function tagsOf(memberId: string, tags: Tags): Parameters<typeof setTags>[1] {
  const nothing = { boolean: null, choice: null, number: null, date: null, set: null };
  return {
    memberId,
    tags: tags.map(({ code, value }) => ({ code, value: { ...nothing, ...value }, observedAt: null })),
  };
}

async function memberWith(tags: Tags) {
  const member = await stage.member(partnerId);
  if (tags.length > 0) valueOf(await setTags(stage.work(), tagsOf(member.memberId, tags)));
  return member;
}

function consent(memberId: string, purpose: "MARKETING" | "PROFILING" | "ANALYTICS", granted: boolean, at = partnerId) {
  return recordConsent(stage.work(), { memberId, partnerId: at, purpose, granted, wording: "v1" }).then(valueOf);
}

const chunkWork = (of: Services = services): ChunkWork => ({ app: of.database.app, facts: of.facts, now: noon });

/** With a memory of its own, as another process has. */
function anotherServer(): Services {
  return { ...services, facts: factsOf(services.database.app), audiences: audienceServices() };
}

/** Ids, sorted. */
async function membersOf(rule: Rule, of: Services = services, partner: string | null = null): Promise<string[]> {
  const view = await viewAudiences({ services: of, now: noon }, { rules: [rule], at: noon, partnerId: partner });
  const planned = view.plan(rule);
  if (!planned.ok) throw new Error(`missing: ${planned.missing.join(", ")}`);
  const found = await selectAudience(planned.plan, view.source, view.chunks);
  return (await membersAt(of.database.app, found.after(null, 10_000))).sort();
}

async function everySituation() {
  const { app } = services.database;
  const catalogue = services.catalogue.current;
  const moment = momentOf({ instant: noon }, services.timeZone);
  const rows = await app.select().from(encodedMembers);
  const encodings = rows.map((row) => ({ memberId: row.memberId, encoded: decodeFacts(row.encoding) }));
  await services.facts.numbers.fetchNumbers(encodings.flatMap(({ encoded }) => [...encoded.keys]));
  const known = { numbers: services.facts.numbers, typeOf: (fact: string) => typeOfFact(catalogue, fact) };
  return new Map(
    encodings.map(({ memberId, encoded }) => {
      const member = { encoded, counters: new Map<string, number>(), audiences: new Set<string>() };
      return [memberId, knownSituation(member, moment, { ...known, audiences: () => undefined })];
    }),
  );
}

async function expectEveryoneOnce(): Promise<void> {
  const { app } = services.database;
  const [counted] = await app.execute<{ rows: number; members: number; places: number }>(sql`
    select count(*)::int as rows, count(distinct member_id)::int as members,
      (select count(*)::int from ${audiencePlaces}) as places
    from alliance.audience_members`);
  expect(counted?.rows).toBe(counted?.members);
  expect(counted?.rows).toBe(counted?.places);
}

async function waitFor<Found>(look: () => Promise<Found[]>): Promise<Found[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await look();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("nothing came");
}

const between = (ends: object): Rule => ({ between: { fact: codes.spend, ...ends } });
const level = (value: string): Rule => ({ equals: { fact: codes.level, value } });

type Random = () => number;

/** Numbers in [0, 1) that follow from the seed. */
function seeded(start: number): Random {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const oneOf = <Value>(random: Random, values: readonly Value[]) => values[Math.floor(random() * values.length)]!;
const days = ["2024-02-29", "2025-06-01", "2026-05-25", "2026-05-31", "2026-06-01", "2026-06-02"];

function randomTags(random: Random): Tags {
  const tags: Tags = [
    { code: codes.flag, value: { boolean: random() < 0.5 } },
    { code: codes.level, value: { choice: oneOf(random, choices.level) } },
    { code: codes.spend, value: { number: Math.floor(random() * 10) - 1 } },
    { code: codes.since, value: { date: oneOf(random, days) } },
    { code: codes.likes, value: { set: choices.likes.filter(() => random() < 0.4) } },
  ];
  return tags.filter(() => random() < 0.7);
}

function randomRule(random: Random, depth: number): Rule {
  const kind = depth === 0 ? 3 : Math.floor(random() * 5);
  const parts = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomRule(random, depth - 1));
  if (kind === 0) return { all: parts() };
  if (kind === 1) return { any: parts() };
  return kind === 2 ? { not: randomRule(random, depth - 1) } : randomLeaf(random);
}

function randomLeaf(random: Random): Leaf {
  const number = Math.floor(random() * 10) - 1;
  const day = oneOf(random, days);
  return oneOf<() => Leaf>(random, [
    () => ({ has: { fact: oneOf(random, Object.values(codes)) } }),
    () => ({ equals: { fact: codes.flag, value: random() < 0.5 } }),
    () => ({ equals: { fact: codes.spend, value: number } }),
    () => ({ equals: { fact: codes.since, value: day } }),
    () => ({ oneOf: { fact: codes.level, choices: choices.level.filter(() => random() < 0.5).concat("LOW") } }),
    () => ({ between: { fact: codes.spend, above: number, atMost: number + 4 } }),
    () => ({ between: { fact: "member.tenure_days", atLeast: number } }),
    () => ({ dateBetween: { fact: codes.since, from: day } }),
    () => ({ withinLast: { fact: codes.since, days: Math.floor(random() * 10) } }),
    () => ({ notWithinLast: { fact: codes.since, days: Math.floor(random() * 10) } }),
    () => ({ contains: { fact: codes.likes, choices: [oneOf(random, choices.likes)] } }),
    () => ({ oneOf: { fact: "context.weekday", choices: [oneOf(random, ["MONDAY", "FRIDAY"])] } }),
  ])();
}
