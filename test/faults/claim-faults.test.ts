import { sql } from "drizzle-orm";
import postgres, { type Sql } from "postgres";
import { redeemEntitlement } from "../../src/entitlements/redeem-entitlement";
import { sweepClaims } from "../../src/entitlements/settle-claims";
import { entitlementsStage, washes, type EntitlementsStage, type Held } from "../support/entitlements-stage";
import type * as Fakes from "../support/fake-benefits";
import { codesOf, noon } from "../support/members-stage";
import { newId } from "../../src/kernel/ids";

jest.mock(
  "../../src/benefits/published-benefits",
  () => jest.requireActual<typeof Fakes>("../support/fake-benefits").publishedWithFakes,
);

let stage: EntitlementsStage;
let owner: Sql;

beforeAll(async () => {
  stage = await entitlementsStage();
  owner = postgres(stage.ownerUrl, { max: 1, onnotice: () => undefined });
});

afterAll(() => owner.end({ timeout: 5 }));

/** Ends one of the application's backends, whatever it is at. */
const endABackend = () => owner`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1`;

/** As a till does that hears of an error: the same key again, until it is answered. */
async function untilAnswered(held: Held, idempotencyKey: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      return codesOf(await redeemEntitlement(stage.work(), stage.use(held, { idempotencyKey })))[0] ?? "";
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error("a claim was not answered in a hundred tries");
}

it("backends that end in the middle lose, double and keep back no unit", async () => {
  const units = 12;
  const benefitId = stage.benefit({ terms: washes(99), stock: { units, per: null } });
  const holders = await Promise.all(Array.from({ length: 4 }, () => stage.held(benefitId)));
  const killer = setInterval(() => void endABackend().catch(() => undefined), 150);
  const granted: string[] = [];
  const till = async (held: Held) => {
    for (;;) {
      const key = newId();
      const outcome = await untilAnswered(held, key);
      if (outcome === "OUT_OF_STOCK") return;
      expect(outcome).toBe("done");
      granted.push(key);
    }
  };
  await Promise.all(holders.map(till)).finally(() => clearInterval(killer));
  const later = new Date(noon.getTime() + 61_000);
  await sweepClaims(stage.work(undefined, later));
  const rows = await stage.services.database.app.execute<{ key: string }>(sql`
    select idempotency_key as key from alliance.redemptions where benefit_id = ${benefitId}::uuid and not is_fence`);
  expect(rows.map(({ key }) => key).sort()).toEqual([...granted].sort());
  expect(granted).toHaveLength(units);
  expect(await stage.stockOf(benefitId)).toEqual({ taken: units, claims: units, open: 0 });
}, 60_000);
