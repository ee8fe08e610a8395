import { sql, type SQL } from "drizzle-orm";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { appendAuditEntries, appendAuditEntry, type AuditEntry } from "../../src/audit/append-entry";
import { findAuditEntries } from "../../src/audit/audit.queries";
import { verifyAudit } from "../../src/audit/verify-audit";
import type { Actor } from "../../src/auth/core/actor";
import { openDoor, type Db } from "../../src/db/client";
import { sqlStateOf } from "../../src/db/failures";
import { inTransaction } from "../../src/db/transaction";
import { testDatabase } from "../support/database";

const ann: Actor = { kind: "staff", actorId: "ann", roles: new Set(["MARKETER"]) };
const now = new Date("2026-06-01T00:00:00.123Z");

let app: Db;
let owner: Db;
let streams = 0;

beforeAll(async () => {
  const test = await testDatabase({ poolSize: 16 });
  app = test.database.app;
  owner = openDoor({ url: test.ownerUrl }, 2);
});
afterAll(() => owner.$client.end());

function entry(stream: string, facts: Partial<AuditEntry> = {}): AuditEntry {
  return { stream, actor: ann, action: "publishOffer", resource: "Offer:1", now, ...facts };
}

function append(...entries: AuditEntry[]): Promise<void> {
  return inTransaction(app, (tx) => appendAuditEntries(tx, entries));
}

/** A stream of its own with some entries. */
async function chain(length: number): Promise<string> {
  const stream = `test:${(streams += 1)}`;
  for (let each = 1; each <= length; each += 1) {
    await append(entry(stream, { before: { state: "DRAFT" }, after: { each }, reason: `because of ${each}` }));
  }
  return stream;
}

/** What verification finds after the owner of the database did something to a chain of four. */
async function foundAfter(deed: (stream: string) => SQL[]): Promise<string[]> {
  const stream = await chain(4);
  for (const statement of deed(stream)) await owner.execute(statement);
  const { offenders, problems } = await verifyAudit(app, { stream });
  expect(problems).toBe(offenders.length);
  return offenders.map((each) => `${each.problem} at ${each.sequence}`);
}

const set =
  (change: SQL, sequence = 2) =>
  (stream: string) => [
    sql`update alliance.audit_entries set ${change} where stream = ${stream} and sequence = ${sequence}`,
  ];

describe("an untouched chain", () => {
  test("is found in order", async () => {
    const stream = await chain(4);
    expect(await verifyAudit(app, { stream })).toEqual({ streams: 1, entries: 4, problems: 0, offenders: [] });
  });

  test("can be computed by anybody from the documented form", async () => {
    const stream = await chain(2);
    const rows = await app.execute<Record<string, string>>(sql`
      select encode(previous_hash, 'hex') as previous, encode(hash, 'hex') as hash, after::text from alliance.audit_entries
      where stream = ${stream} order by sequence
    `);
    let previous = "0".repeat(64);
    rows.forEach((row, index) => {
      const text =
        `["alliance-audit-1","${previous}","${stream}","${index + 1}","2026-06-01T00:00:00.123Z","staff","ann",` +
        `"publishOffer","Offer:1",{"state":"DRAFT"},{"each":${index + 1}},"because of ${index + 1}"]`;
      expect(row["hash"]).toBe(createHash("sha256").update(text).digest("hex"));
      expect(row["previous"]).toBe(previous);
      previous = row["hash"] ?? "";
    });
    expect(rows).toHaveLength(2);
  });

  test("stays in order with whatever JSON was put in, digits in texts and bigints included", async () => {
    const stream = await chain(0);
    const values = fc.sample(fc.jsonValue({ stringUnit: "grapheme" }), { numRuns: 100, seed: 7 });
    const storable = values.filter((value) => !JSON.stringify(value).includes("\\u0000"));
    expect(storable.length).toBeGreaterThan(50);
    const awkward = ["5", 5n, new Date(0), "null", { a: 9007199254740993n, b: undefined }, [undefined], "true", 1e300];
    await append(...[...storable, ...awkward].map((value) => entry(stream, { before: value, after: [value] })));
    expect(await verifyAudit(app, { stream })).toMatchObject({ entries: storable.length + 8, problems: 0 });
    const stored = await findAuditEntries(app, { stream }, { limit: 200, after: null });
    const last = stored.slice(0, 8).reverse();
    const read = ["5", "5", "1970-01-01T00:00:00.000Z", "null", { a: "9007199254740993" }, [null], "true", 1e300];
    expect(last.map((each) => each.before)).toEqual(read);
  });

  test("is not continued by a transaction that fails", async () => {
    const stream = await chain(1);
    const failing = inTransaction(app, async (tx) => {
      await appendAuditEntry(tx, entry(stream));
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    await append(entry(stream));
    expect(await verifyAudit(app, { stream })).toMatchObject({ entries: 2, problems: 0 });
  });
});

describe("what the owner of the database changes", () => {
  test.each<[string, SQL]>([
    ["recorded_at", sql`recorded_at = recorded_at + interval '1 millisecond'`],
    ["actor_id", sql`actor_id = 'eve'`],
    ["actor_kind", sql`actor_kind = 'service'`],
    ["action", sql`action = 'pauseOffer'`],
    ["resource", sql`resource = 'Offer:2'`],
    ["before", sql`before = '{"state": "REVIEW"}'`],
    ["before to nothing", sql`before = null`],
    ["after", sql`after = after || '{"more": 1}'`],
    ["reason", sql`reason = null`],
  ])("in column %s is found", async (_column, change) => {
    expect(await foundAfter(set(change))).toEqual(["ENTRY_ALTERED at 2"]);
  });

  test("in the previous hash is found on that entry", async () => {
    expect(await foundAfter(set(sql`previous_hash = sha256('x')`))).toEqual([
      "CHAIN_BROKEN at 2",
      "ENTRY_ALTERED at 2",
    ]);
  });

  test("in the hash is found on that entry and the next", async () => {
    expect(await foundAfter(set(sql`hash = sha256('x')`))).toEqual(["ENTRY_ALTERED at 2", "CHAIN_BROKEN at 3"]);
  });

  test("in the last entry's hash is found on the head as well", async () => {
    expect(await foundAfter(set(sql`hash = sha256('x')`, 4))).toEqual(["ENTRY_ALTERED at 4", "HEAD_WRONG at 4"]);
  });

  test("by deleting from the middle is found", async () => {
    const deed = (stream: string) => [
      sql`delete from alliance.audit_entries where stream = ${stream} and sequence = 2`,
    ];
    expect(await foundAfter(deed)).toEqual(["ENTRY_MISSING at 2"]);
  });

  test("by cutting the tail off is found", async () => {
    const deed = (stream: string) => [
      sql`delete from alliance.audit_entries where stream = ${stream} and sequence > 2`,
    ];
    expect(await foundAfter(deed)).toEqual(["TAIL_CUT at 3"]);
  });

  test("by deleting all entries, but not the head, is found", async () => {
    const deed = (stream: string) => [sql`delete from alliance.audit_entries where stream = ${stream}`];
    expect(await foundAfter(deed)).toEqual(["TAIL_CUT at 1"]);
  });

  test("by cutting the tail off and setting the head's number back is found", async () => {
    const deed = (stream: string) => [
      sql`delete from alliance.audit_entries where stream = ${stream} and sequence = 4`,
      sql`update alliance.audit_heads set sequence = 3 where stream = ${stream}`,
    ];
    expect(await foundAfter(deed)).toEqual(["HEAD_WRONG at 3"]);
  });

  test("by deleting the head is found", async () => {
    const deed = (stream: string) => [sql`delete from alliance.audit_heads where stream = ${stream}`];
    expect(await foundAfter(deed)).toEqual(["HEAD_MISSING at 4"]);
  });

  test("by exchanging two entries is found", async () => {
    const swap = (from: number, to: number) => (stream: string) =>
      sql`update alliance.audit_entries set sequence = ${to} where stream = ${stream} and sequence = ${from}`;
    const deed = (stream: string) => [swap(2, 99)(stream), swap(3, 2)(stream), swap(99, 3)(stream)];
    expect(await foundAfter(deed)).toEqual([
      ...["CHAIN_BROKEN at 2", "ENTRY_ALTERED at 2"],
      ...["CHAIN_BROKEN at 3", "ENTRY_ALTERED at 3"],
      "CHAIN_BROKEN at 4",
    ]);
  });

  test("is found among many chains, and only there", async () => {
    const [sound, altered] = [await chain(2), await chain(2)];
    await owner.execute(sql`update alliance.audit_entries set reason = 'x' where stream = ${altered} and sequence = 1`);
    const { offenders } = await verifyAudit(app);
    expect(offenders.filter((each) => each.stream === altered)).toHaveLength(1);
    expect(offenders.filter((each) => each.stream === sound)).toHaveLength(0);
  });
});

test.each(["update alliance.audit_entries set reason = null", "delete from alliance.audit_entries"])(
  "the application may not %s",
  async (statement) => {
    const refused = await app.execute(sql.raw(statement)).then(() => undefined, sqlStateOf);
    expect(refused).toBe("42501");
  },
);

test("sixteen writers on one new stream leave no gap and an unbroken chain", async () => {
  const stream = await chain(0);
  const writers = Array.from({ length: 16 }, async (_unused, writer) => {
    for (let each = 0; each < 5; each += 1) await append(entry(stream, { after: { writer, each } }));
  });
  await Promise.all(writers);
  expect(await verifyAudit(app, { stream })).toEqual({ streams: 1, entries: 80, problems: 0, offenders: [] });
});

test("two transactions that write the same two streams in opposite order do not block each other", async () => {
  const [a, b] = [await chain(1), await chain(1)];
  const pairs = Array.from({ length: 10 }, (_unused, each) => {
    const entries = [entry(a), entry(b)];
    return append(...(each % 2 === 0 ? entries : entries.reverse()));
  });
  await Promise.all(pairs);
  for (const stream of [a, b]) expect(await verifyAudit(app, { stream })).toMatchObject({ entries: 11, problems: 0 });
});
