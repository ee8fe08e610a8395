import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { openDoor, type Db } from "../../src/db/client";
import { migrate, migrationsDirectory } from "../../src/db/migrate";
import { newId } from "../../src/kernel/ids";
import { testDatabase } from "../support/database";

describe("the migration to a ledger", () => {
  const before = mkdtempSync(join(tmpdir(), "before-ledger-"));
  const [rich, merged, poor] = [newId(), newId(), newId()];
  const programId = newId();
  let owner: Db;

  beforeAll(async () => {
    for (const name of readdirSync(migrationsDirectory).filter((each) => /^000[0-5]_/.test(each))) {
      cpSync(join(migrationsDirectory, name), join(before, name));
    }
    const { ownerUrl } = await testDatabase({ empty: true });
    await migrate({ ownerUrl, directory: before });
    owner = openDoor({ url: ownerUrl }, 1);
    await owner.$client.unsafe(`
      insert into alliance.partners (partner_id, code, name, created_at)
      values ('${programId}', 'bank', '{"en": "Bank"}', now());
      insert into alliance.programs (program_id, issuer_partner_id, code, name, unit_name, time_zone, status, earn_points,
        earn_per_minor, earn_rounding, currency, value_minor, value_points, expiry_kind, revision, created_at, updated_at)
      values ('${programId}', '${programId}', 'stars', '{}', '{}', 'UTC', 'ACTIVE', 1, 100, 'DOWN', 'CNY', 1, 1, 'NEVER',
        1, now(), now());
      insert into alliance.members (member_id, status, merged_into, enrolled_by, locale, joined_at, revision, created_at, updated_at)
      select id, case when id = '${merged}' then 'MERGED' else 'ACTIVE' end, case when id = '${merged}' then '${rich}'::uuid end,
        '${programId}', 'en', now(), 1, now(), now()
      from unnest('{${rich},${merged},${poor}}'::uuid[]) as id;
      insert into alliance.accounts (member_id, program_id, available, held, pending, opened_at)
      values ('${rich}', '${programId}', 9223372036854775807, 0, 0, '2026-01-02T03:04:05Z'),
        ('${merged}', '${programId}', 7, 0, 0, '2026-01-02T03:04:05Z'),
        ('${poor}', '${programId}', 0, 0, 0, '2026-01-02T03:04:05Z');`);
    await migrate({ ownerUrl });
  });

  afterAll(async () => {
    await owner.$client.end({ timeout: 5 });
    rmSync(before, { recursive: true, force: true });
  });

  it("turns every balance into a first transfer with one lot, of merged members too, and none into nothing", async () => {
    const rows = await owner.execute(sql`
      select a.member_id, a.available, l.available as in_lot, t.cause_kind, e.debit, e.available_after, a.opened_at
      from alliance.accounts a left join alliance.lots l using (member_id) left join alliance.transfers t using (member_id)
      left join alliance.ledger_entries e using (member_id) order by a.member_id`);
    const opened = { cause_kind: "OPENING", debit: "ISSUER_LIABILITY" };
    const most = "9223372036854775807";
    expect(rows).toMatchObject([
      { member_id: rich, available: most, in_lot: most, available_after: most, ...opened },
      { member_id: merged, available: "7", in_lot: "7", available_after: "7", ...opened },
      { member_id: poor, available: "0", in_lot: null, cause_kind: null },
    ]);
    expect(rows.map((row) => new Date(String(row.opened_at)).toISOString())).toEqual(
      Array(3).fill("2026-01-02T03:04:05.000Z"),
    );
  });
});
