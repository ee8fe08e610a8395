import { sql } from "drizzle-orm";
import { openDatabase, type Database, type Db } from "../../src/db/client";
import { doorsOf } from "../../src/db/setup";
import { stockPeriodAt } from "../../src/entitlements/core/stock-period";
import { releaseUnits, settleUnits, takeUnits, type StockClaim } from "../../src/entitlements/stock";
import { newId } from "../../src/kernel/ids";
import { testDatabase } from "../support/database";

const noon = new Date("2026-06-01T12:00:00.000Z");
const soon = new Date(noon.getTime() + 60_000);
let app: Db;
/** Another server's, to the same database. */
let other: Database;

beforeAll(async () => {
  const { database, ownerUrl } = await testDatabase({ poolSize: 8 });
  app = database.app;
  other = openDatabase({ ...doorsOf({ ownerUrl }), poolSize: 8 });
});

afterAll(() => other.close());

const claimOn = (benefitId: string, most: number, over: Partial<StockClaim> = {}): StockClaim => ({
  ...{ benefitId, period: "2026-06", most, redemptionId: newId(), memberId: newId(), entitlementId: newId(), units: 1 },
  ...{ takenAt: noon, doubtfulFrom: soon, ...over },
});

async function stockOf(benefitId: string): Promise<{ taken: number; claimed: number }> {
  const [row] = await app.execute<{ taken: number; claimed: number }>(sql`
    select s.taken, (select coalesce(sum(units), 0)::int from alliance.stock_claims c where c.benefit_id = s.benefit_id) as claimed
    from alliance.benefit_stocks s where s.benefit_id = ${benefitId}::uuid`);
  if (!row) throw new Error("nobody took of this stock");
  return row;
}

describe("a stock", () => {
  it("refuses a unit more than there are, and tells how many are left", async () => {
    const benefitId = newId();
    expect(await takeUnits(app, claimOn(benefitId, 3, { units: 2 }))).toBeNull();
    expect(await takeUnits(app, claimOn(benefitId, 3, { units: 2 }))).toBe(1);
    expect(await takeUnits(app, claimOn(benefitId, 3))).toBeNull();
    expect(await takeUnits(app, claimOn(benefitId, 3))).toBe(0);
    expect(await stockOf(benefitId)).toEqual({ taken: 3, claimed: 3 });
  });

  it("answers a claim that it has already as it did before, and takes nothing more", async () => {
    const claim = claimOn(newId(), 1);
    expect(await takeUnits(app, claim)).toBeNull();
    expect(await takeUnits(app, claim)).toBeNull();
    expect(await Promise.all([takeUnits(app, claim), takeUnits(app, claim)])).toEqual([null, null]);
    expect(await stockOf(claim.benefitId)).toEqual({ taken: 1, claimed: 1 });
  });

  it("gives out every unit and not one more to claims from two servers at once", async () => {
    const benefitId = newId();
    const claims = Array.from({ length: 300 }, () =>
      claimOn(benefitId, 200, { units: 1 + Math.floor(Math.random() * 2) }),
    );
    const answers = await Promise.all(
      claims.map((claim, place) => takeUnits(place % 2 === 0 ? app : other.app, claim)),
    );
    const taken = claims.reduce((sum, { units }, place) => sum + (answers[place] === null ? units : 0), 0);
    // Each claim for one unit that was refused found none left.
    const refusedOne = claims.some(({ units }, place) => units === 1 && answers[place] !== null);
    expect(taken).toBeLessThanOrEqual(200);
    expect(taken).toBe(refusedOne ? 200 : taken);
    expect(await stockOf(benefitId)).toEqual({ taken, claimed: taken });
  });

  it("sends what arrives together as one statement", async () => {
    const texts: string[] = [];
    const { database } = await testDatabase({ onStatement: (text) => texts.push(String(text)) });
    const benefitId = newId();
    await Promise.all(Array.from({ length: 40 }, () => takeUnits(database.app, claimOn(benefitId, 100))));
    const [row] = await database.app.execute(sql`select taken from alliance.benefit_stocks`);
    expect(row).toEqual({ taken: 40 });
    expect(texts.filter((text) => text.includes("stock_take")).length).toBe(1);
  });

  it("gets its units back once, however often they are released", async () => {
    const claim = claimOn(newId(), 1);
    await takeUnits(app, claim);
    await Promise.all([releaseUnits(app, claim), releaseUnits(app, claim)]);
    await releaseUnits(app, claim);
    expect(await stockOf(claim.benefitId)).toEqual({ taken: 0, claimed: 0 });
    expect(await takeUnits(app, claimOn(claim.benefitId, 1))).toBeNull();
    await releaseUnits(app, claim);
    expect(await stockOf(claim.benefitId)).toEqual({ taken: 1, claimed: 1 });
  });

  it("keeps what is settled for good out of doubt, and a reservation in it from its end on", async () => {
    const [good, reserved] = [claimOn(newId(), 5), claimOn(newId(), 5)];
    await Promise.all([good, reserved].map((claim) => takeUnits(app, claim)));
    await settleUnits(app, { ...good, doubtfulFrom: null });
    await settleUnits(app, { ...reserved, doubtfulFrom: soon });
    // Settled after it was released: nothing comes back to life.
    await releaseUnits(app, reserved);
    await settleUnits(app, { ...reserved, doubtfulFrom: null });
    const rows = await app.execute(sql`
      select redemption_id, is_settled, doubtful_from from alliance.stock_claims
      where benefit_id in (${good.benefitId}::uuid, ${reserved.benefitId}::uuid)`);
    expect([...rows]).toEqual([{ redemption_id: good.redemptionId, is_settled: true, doubtful_from: null }]);
  });

  it("lets a version with fewer units refuse where one with more still grants", async () => {
    const benefitId = newId();
    expect(await takeUnits(app, claimOn(benefitId, 5, { units: 4 }))).toBeNull();
    expect(await takeUnits(app, claimOn(benefitId, 3))).toBe(0);
    expect(await takeUnits(app, claimOn(benefitId, 5))).toBeNull();
    expect(await takeUnits(app, claimOn(benefitId, 5))).toBe(0);
  });

  it("cannot be written but by its functions", async () => {
    const by = (statement: string) => app.execute(sql.raw(statement)).catch((error: Error) => String(error.cause));
    for (const table of ["benefit_stocks", "stock_claims"]) {
      expect(await by(`delete from alliance.${table}`)).toMatch(/permission denied/);
      expect(await by(`update alliance.${table} set units = 1`)).toMatch(/permission denied/);
    }
  });
});

describe("a period of a stock", () => {
  const at = new Date("2028-02-29T15:59:59.999Z");
  it.each([
    [null, "Asia/Shanghai", at, "ALL"],
    ["DAY", "Asia/Shanghai", at, "2028-02-29"],
    ["DAY", "Asia/Shanghai", new Date(at.getTime() + 1), "2028-03-01"],
    ["MONTH", "Asia/Shanghai", at, "2028-02"],
    ["MONTH", "Asia/Shanghai", new Date(at.getTime() + 1), "2028-03"],
    ["MONTH", "UTC", new Date(at.getTime() + 1), "2028-02"],
  ] as const)("of %s in %s at %s is %s", (per, timeZone, instant, period) => {
    expect(stockPeriodAt({ units: 1, per }, timeZone, instant)).toBe(period);
  });
});
