import { sql } from "drizzle-orm";
import { join } from "node:path";
import type { Database } from "../../src/db/client";
import { importRewardsApp } from "../../src/import/import-rewards-app";
import { minorUnits } from "../../src/kernel/money";
import { completionsOf, type CountedPurchase, type DeliveredOffer } from "../../src/offers/core/progress";
import { testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";
import { rowCounts } from "../support/import-row-counts";

const demo = (name: string) => join(__dirname, "..", "..", "demo", name);
const demoFiles = {
  portfolio: demo("starbucks-portfolio.jsonl"),
  profile: demo("starbucks-profile.jsonl.gz"),
  transcript: demo("starbucks-transcript-18h.jsonl.gz"),
};

describe("the files of the rewards app", () => {
  let database: Database;
  let services: TestApi["services"];
  let report: Awaited<ReturnType<typeof importRewardsApp>>;

  beforeAll(async () => {
    ({ database } = await testDatabase());
    ({ services } = testApi(database));
    report = await importRewardsApp(services, demoFiles);
  }, 120_000);

  it("come in exactly, and the replay completes what the file records, none missing and none extra", () => {
    expect(report).toEqual({
      members: 17_000,
      activeMembers: 13_099,
      offers: 10,
      events: { received: 12_650, viewed: 5_473, purchases: 3_159, completed: 1_014 },
      rejected: [
        { file: "transcript", line: 15_562, reason: "the line is empty, expected a JSON object" },
        { file: "transcript", line: 18_069, reason: "the line is empty, expected a JSON object" },
        { file: "transcript", line: 20_285, reason: "the line is empty, expected a JSON object" },
        {
          file: "transcript",
          line: 22_300,
          reason: expect.stringMatching(/^the line is .* expected a whole JSON object$/),
        },
      ],
      replay: { completed: 1_014, missing: 0, extra: 0 },
      purchaseTotalMinor: "4405034",
      rewardTotalMinor: "511300",
      currency: "USD",
    });
  });

  it("leave in the database what the report says", async () => {
    const [stored] = await database.app.execute(sql`
      select
        (select count(*)::int from alliance.members) as members,
        (select count(*)::int from alliance.identity_lookup where confirmed_at is not null) as confirmed,
        (select count(*)::int from alliance.offer_deliveries) as received,
        (select count(*)::int from alliance.offer_deliveries where viewed_at is not null) as viewed,
        (select sum(amount_minor)::text from alliance.purchases) as bought,
        (select sum(reward_minor)::text from alliance.offer_completions) as rewarded,
        (select sum(available)::text from alliance.accounts) as stars,
        (select sum(floor(amount_minor * 2 / 100))::text from alliance.purchases) as stars_due,
        (select count(*)::int from alliance.offers where state = 'PUBLISHED') as offers`);
    expect(stored).toEqual({
      members: 17_000,
      confirmed: 17_000,
      received: 12_650,
      viewed: 5_473,
      bought: "4405034",
      rewarded: "511300",
      stars: stored?.stars_due,
      stars_due: expect.stringMatching(/^8\d{4}$/),
      offers: 10,
    });
  });

  it("give known facts alone as tags", async () => {
    const rows = await database.app.execute(
      sql`select tag_code, count(*)::int as count from alliance.member_tags group by 1 order by 1`,
    );
    expect([...rows]).toEqual([
      { tag_code: "age", count: 14_825 },
      { tag_code: "gender", count: 14_825 },
      { tag_code: "income", count: 14_825 },
      { tag_code: "member_since", count: 17_000 },
    ]);
  });

  it("store the very completions that follow from the stored deliveries and purchases", async () => {
    const deliveries = await database.app.execute(sql`
      select member_id, delivery_id, merchant_id, kind, mark_minor::text, reward_minor::text, currency, delivered_at, lapses_at
      from alliance.offer_deliveries`);
    const purchases = await database.app.execute(
      sql`select member_id, purchase_id, merchant_id, amount_minor::text, currency, occurred_at from alliance.purchases`,
    );
    const byMember = new Map<string, { deliveries: DeliveredOffer[]; purchases: CountedPurchase[] }>();
    const of = (row: Record<string, unknown>) => {
      const id = String(row.member_id);
      const found = byMember.get(id) ?? { deliveries: [], purchases: [] };
      byMember.set(id, found);
      return found;
    };
    for (const row of deliveries) of(row).deliveries.push(deliveryOf(row));
    for (const row of purchases) of(row).purchases.push(purchaseOf(row));
    const computed = [...byMember.values()].flatMap((facts) =>
      completionsOf(facts.deliveries, facts.purchases).map((each) => `${each.offer.deliveryId} ${each.purchaseId}`),
    );
    const stored = await database.app.execute<{ key: string }>(
      sql`select delivery_id || ' ' || purchase_id as key from alliance.offer_completions`,
    );
    expect(computed).toHaveLength(1_014);
    expect(computed.sort()).toEqual(stored.map((row) => row.key).sort());
  });

  it("change nothing when they are imported again, and give the same report", async () => {
    const before = await rowCounts(database);
    const again = await importRewardsApp(services, { ...demoFiles, batchLines: 5_000 });
    expect(again).toEqual(report);
    expect(await rowCounts(database)).toEqual(before);
  }, 60_000);
});

function deliveryOf(row: Record<string, unknown>): DeliveredOffer {
  return {
    deliveryId: String(row.delivery_id),
    merchantId: String(row.merchant_id),
    kind: row.kind as DeliveredOffer["kind"],
    markMinor: minorUnits(BigInt(String(row.mark_minor))),
    rewardMinor: minorUnits(BigInt(String(row.reward_minor))),
    currency: String(row.currency),
    deliveredAt: new Date(String(row.delivered_at)),
    lapsesAt: new Date(String(row.lapses_at)),
  };
}

function purchaseOf(row: Record<string, unknown>): CountedPurchase {
  return {
    purchaseId: String(row.purchase_id),
    merchantId: String(row.merchant_id),
    amountMinor: minorUnits(BigInt(String(row.amount_minor))),
    currency: String(row.currency),
    occurredAt: new Date(String(row.occurred_at)),
  };
}
