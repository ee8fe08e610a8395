import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { arrayLiteral, textArray, uuidArray } from "../../src/db/arrays";
import { openDoor, type Db } from "../../src/db/client";
import { idArrayText, prepareOnce } from "../../src/db/prepared";
import { inTransaction } from "../../src/db/transaction";
import { partners } from "../../src/merchants/merchants.tables";
import { purchases } from "../../src/purchases/purchases.tables";
import { testDatabase, type TestDatabase } from "../support/database";

let test: TestDatabase;
/** One connection, so that what a session remembers can be looked at. */
let db: Db;

beforeAll(async () => {
  test = await testDatabase();
  db = openDoor({ url: test.ownerUrl }, 1);
});

afterAll(() => db.$client.end());

describe("whole numbers", () => {
  const largest = 9_223_372_036_854_775_807n;

  it("come as exact text from plain SQL, never as a JavaScript number", async () => {
    const [row] = await db.execute(
      sql`select ${largest}::int8 as value, count(*) as rows, sum(1::int8) from (values (1)) v`,
    );
    expect(row).toEqual({ value: "9223372036854775807", rows: "1", sum: "1" });
  });

  it("come as bigint from columns that hold value, in and outside of a transaction", async () => {
    const query = (on: Pick<Db, "select">) =>
      on.select({ amount: sql`${largest}::int8`.mapWith(purchases.amountMinor) }).from(sql`(values (1)) v`);
    expect(await query(db)).toEqual([{ amount: largest }]);
    expect(await inTransaction(db, (tx) => query(tx))).toEqual([{ amount: largest }]);
  });
});

describe("instants and documents", () => {
  it("take a Date in plain SQL, to the millisecond, in and outside of a transaction", async () => {
    const at = new Date("2026-03-31T15:59:59.123Z");
    const query = sql`select extract(epoch from ${at}::timestamptz)::text as seconds, current_setting('TimeZone') as zone`;
    const expected = [{ seconds: "1774972799.123000", zone: "UTC" }];
    expect([...(await db.execute(query))]).toEqual(expected);
    expect([...(await inTransaction(db, (tx) => tx.execute(query)))]).toEqual(expected);
  });

  it("come from columns as a Date, in and outside of a transaction", async () => {
    const createdAt = new Date("2026-03-31T15:59:59.123Z");
    const partnerId = "0197f3c0-0000-7000-8000-000000000001";
    await db.insert(partners).values({ partnerId, code: "a", name: { en: "A", "zh-CN": "甲" }, createdAt });
    const query = (on: Pick<Db, "select">) => on.select().from(partners).where(eq(partners.partnerId, partnerId));
    const expected = [{ partnerId, code: "a", name: { en: "A", "zh-CN": "甲" }, createdAt }];
    expect(await query(db)).toEqual(expected);
    expect(await inTransaction(db, (tx) => query(tx))).toEqual(expected);
  });
});

describe("instants of early years", () => {
  it.each([
    "0001-01-01T00:00:00.000Z",
    "0050-06-30T23:59:59.123Z",
    "0099-12-31T00:00:00.000Z",
    "0100-01-01T00:00:00.000Z",
  ])("come back from columns as they were written: %s", async (iso) => {
    const [row] = await db
      .select({ at: sql`${iso}::timestamptz(3)`.mapWith(partners.createdAt) })
      .from(sql`(values (1)) v`);
    expect((row?.at as Date).toISOString()).toBe(iso);
  });
});

describe("array parameters", () => {
  const ids = ["0197f3c0-0000-7000-8000-000000000001", "0197f3c0-0000-7000-8000-000000000002"];

  it("find ids among many, among one and among none", async () => {
    const found = async (asked: string[]) =>
      (await db.execute(sql`select id from unnest(${uuidArray(ids)}) id where id = any(${uuidArray(asked)})`)).length;
    expect([await found(ids), await found(ids.slice(1)), await found([])]).toEqual([2, 1, 0]);
  });

  it("refuse what is no id, whatever it looks like", async () => {
    await expect(db.execute(sql`select ${uuidArray(["null"])}`)).rejects.toMatchObject({ cause: { code: "22P02" } });
    await expect(db.execute(sql`select ${uuidArray([`${ids[0]}","${ids[1]}`])}`)).rejects.toThrow();
  });

  it("bring back every text as it was, for any texts", async () => {
    const text = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"));
    const special = fc.constantFrom("", "NULL", "null", "{}", "a,b", '"', "\\", '\\"', " ", "\n", "点", "'");
    const values = fc.array(fc.oneof(text, special, fc.constant(null)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(values, async (given) => {
        const [row] = await db.execute(sql`select to_jsonb(${textArray(given)}) as texts`);
        expect(row).toEqual({ texts: given });
      }),
      { numRuns: 200 },
    );
  });

  it("hold amounts, instants and bytes exactly", async () => {
    const [row] = await db.execute(sql`select
      (${arrayLiteral([9_223_372_036_854_775_807n, null, -1n])}::int8[])::text as amounts,
      (${arrayLiteral([new Date("2026-01-01T00:00:00.001Z")])}::timestamptz[])::text as instants,
      (${arrayLiteral([Buffer.from([0, 255, 92])])}::bytea[])[1] as bytes`);
    expect(row).toEqual({
      amounts: "{9223372036854775807,NULL,-1}",
      instants: '{"2026-01-01 00:00:00.001+00"}',
      bytes: Buffer.from([0, 255, 92]),
    });
  });

  it("refuse the one character that PostgreSQL's text cannot hold", () => {
    expect(() => textArray(["a\0b"])).toThrow("U+0000");
  });
});

describe("prepared statements", () => {
  const byIds = (handle: Db) =>
    prepareOnce(handle, "test_partners_by_ids", (on) =>
      on
        .select({ code: partners.code })
        .from(partners)
        .where(sql`${partners.partnerId} = any(${sql.placeholder("ids")}::uuid[])`)
        .prepare("test_partners_by_ids"),
    );

  it("are built once for a handle, and again for another", async () => {
    const other = openDoor({ url: test.ownerUrl }, 1);
    expect(byIds(db)).toBe(byIds(db));
    expect(byIds(other)).not.toBe(byIds(db));
    await other.$client.end();
  });

  it("are parsed once by the server for lists of any length, also given as plain arrays", async () => {
    const id = "0197f3c0-0000-7000-8000-000000000001";
    await byIds(db).execute({ ids: idArrayText([]) });
    await byIds(db).execute({ ids: idArrayText([id, id, id]) });
    await byIds(db).execute({ ids: [id] });
    const kept = await db.execute(sql`select 1 from pg_prepared_statements where statement like '%any($1::uuid[])%'
      and statement not like '%pg_prepared_statements%'`);
    expect(kept).toHaveLength(1);
  });
});
