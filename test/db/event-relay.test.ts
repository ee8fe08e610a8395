import { sql } from "drizzle-orm";
import type { Db } from "../../src/db/client";
import { inTransaction } from "../../src/db/transaction";
import { emitCatalogueEvent, emitMemberEvent } from "../../src/events/emit-event";
import { eventsAfter, lastPosition, type RelayedEvent } from "../../src/events/events.queries";
import { carryRows, clearRows, oldestCatalogueRows, oldestMemberRows } from "../../src/events/relay.queries";
import { relayEvents } from "../../src/events/relay-events";
import { installJobs } from "../../src/jobs/install-jobs";
import { newId } from "../../src/kernel/ids";
import { testDatabase } from "../support/database";

const now = new Date("2026-06-01T00:00:00Z");
const event = (type: string, payload: unknown = {}) => ({ type, payload, occurredAt: now, now });
const members = [newId(), newId(), newId()] as const;

let app: Db;

beforeAll(async () => {
  const test = await testDatabase({ poolSize: 12 });
  app = test.database.app;
  await installJobs(test.ownerUrl);
  const partner = newId();
  await app.execute(sql`insert into alliance.partners values (${partner}, 'bank', '{}', now())`);
  for (const member of members) {
    await app.execute(sql`
      insert into alliance.members (member_id, status, enrolled_by, joined_at, locale, revision, created_at, updated_at)
      values (${member}, 'ACTIVE', ${partner}, now(), 'en', 1, now(), now())
    `);
  }
});
beforeEach(async () => {
  await drain();
});

const relay = (options: { limit?: number; jobs?: { task: string; types?: string[] }[] } = {}) =>
  relayEvents(app, { limit: 100, now, ...options });

async function drain(): Promise<void> {
  while ((await relay()).taken > 0);
}

async function waiting(): Promise<number> {
  return (await oldestMemberRows(app, 10_000)).length + (await oldestCatalogueRows(app, 10_000)).length;
}

const numbers = (events: readonly RelayedEvent[]) => events.map((each) => (each.payload as { n: number }).n);

test("carries events of members and of the catalogue over, and empties the outboxes", async () => {
  const seen = await lastPosition(app);
  await emitMemberEvent(app, members[0], event("purchase.recorded", { amountMinor: "9007199254740993" }));
  await emitCatalogueEvent(app, event("offer.published", { itemId: "1" }));
  expect(await relay()).toEqual({ taken: 2, more: false });
  const carried = await eventsAfter(app, seen, { limit: 10 });
  expect(carried).toMatchObject([
    { memberId: members[0], type: "purchase.recorded", payload: { amountMinor: "9007199254740993" }, occurredAt: now },
    { memberId: null, type: "offer.published" },
  ]);
  expect(await eventsAfter(app, seen, { limit: 10, catalogueOnly: true })).toEqual(carried.slice(1));
  expect(await waiting()).toBe(0);
});

test("carries nothing of a transaction that was rolled back", async () => {
  const failing = inTransaction(app, async (tx) => {
    await emitCatalogueEvent(tx, event("offer.published"));
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  expect(await relay()).toEqual({ taken: 0, more: false });
});

test("says that there is more when a round was full", async () => {
  for (let n = 0; n < 5; n += 1) await emitCatalogueEvent(app, event("test.counted", { n }));
  expect(await relay({ limit: 3 })).toEqual({ taken: 3, more: true });
  expect(await relay({ limit: 3 })).toEqual({ taken: 2, more: false });
});

test("a relay that dies after carrying, before clearing, neither loses nor doubles an event or its job", async () => {
  const seen = await lastPosition(app);
  const jobs = [{ task: "crash test", types: ["test.counted"] }];
  for (let n = 0; n < 4; n += 1) await emitMemberEvent(app, members[0], event("test.counted", { n }));
  const rows = await oldestMemberRows(app, 3);
  expect(await carryRows(app, rows, jobs, now)).toBe(3);
  await relay({ jobs });
  expect(numbers(await eventsAfter(app, seen, { limit: 10 }))).toEqual([0, 1, 2, 3]);
  expect(await waiting()).toBe(0);
  expect(await queuedJobs("crash test")).toBe(4);
});

test("a relay that dies while carrying leaves everything to the next one", async () => {
  const seen = await lastPosition(app);
  for (let n = 0; n < 3; n += 1) await emitCatalogueEvent(app, event("test.counted", { n }));
  const rows = await oldestCatalogueRows(app, 10);
  const killed = inTransaction(app, async (tx) => {
    await carryRows(tx, rows, [], now);
    await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
  });
  await expect(killed).rejects.toThrow();
  expect(await eventsAfter(app, seen, { limit: 10 })).toEqual([]);
  await relay();
  expect(numbers(await eventsAfter(app, seen, { limit: 10 }))).toEqual([0, 1, 2]);
});

test("rows that another relay has taken away already are no matter", async () => {
  const seen = await lastPosition(app);
  await emitCatalogueEvent(app, event("test.counted", { n: 1 }));
  const rows = await oldestCatalogueRows(app, 10);
  await relay();
  expect(await carryRows(app, rows, [], now)).toBe(0);
  await clearRows(app, rows);
  expect(await eventsAfter(app, seen, { limit: 10 })).toHaveLength(1);
});

test("queues a job for each event of the wished types, and none for others", async () => {
  await emitCatalogueEvent(app, event("offer.paused"));
  await emitCatalogueEvent(app, event("offer.ended"));
  await relay({ jobs: [{ task: "some", types: ["offer.ended", "offer.resumed"] }, { task: "all" }] });
  expect(await queuedJobs("some")).toBe(1);
  expect(await queuedJobs("all")).toBe(2);
});

test("several relays and writers at once: a reader sees every event once, in rising positions and each member's order", async () => {
  const start = await lastPosition(app);
  const perWriter = 40;
  let writing = true;
  const writers = Promise.all(
    members.map(async (member) => {
      for (let n = 0; n < perWriter; n += 1) await emitMemberEvent(app, member, event("test.counted", { n }));
    }),
  ).then(() => (writing = false));
  const relays = [1, 2, 3, 4].map(async () => {
    while (writing || (await waiting()) > 0) await relay({ limit: 7 });
  });
  const read: RelayedEvent[] = [];
  const reader = (async () => {
    while (read.length < members.length * perWriter) {
      read.push(...(await eventsAfter(app, read.at(-1)?.position ?? start, { limit: 5 })));
    }
  })();
  await Promise.all([writers, ...relays, reader]);
  expect(new Set(read.map((each) => each.eventId)).size).toBe(members.length * perWriter);
  for (const member of members) {
    const own = read.filter((each) => each.memberId === member);
    expect(numbers(own)).toEqual(Array.from({ length: perWriter }, (_unused, n) => n));
  }
  expect(await eventsAfter(app, read.at(-1)?.position ?? 0n, { limit: 5 })).toEqual([]);
});

async function queuedJobs(task: string): Promise<number> {
  const [row] = await app.execute<{ jobs: string }>(sql`
    select count(*) as jobs from graphile_worker.jobs where task_identifier = ${task}
  `);
  return Number(row?.jobs);
}
