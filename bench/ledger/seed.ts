import postgres from "postgres";

export interface SeededLedger {
  readonly memberIds: readonly string[];
  readonly merchantIds: readonly string[];
  readonly programId: string;
}

const id = (kind: string, number: string) =>
  `('0e${kind}0000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** Members with a lot of points each, by the kernel itself, and merchants. */
export async function seedLedger(ownerUrl: string, members: number, merchants: number): Promise<SeededLedger> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    await owner.unsafe(`
      insert into alliance.partners (partner_id, code, name, created_at) values (${id("0a", "1")}, 'bank', '{"en": "Bank"}', now());
      insert into alliance.merchant_categories (code, name) values ('shops', '{"en": "Shops"}');
      insert into alliance.merchants (merchant_id, partner_id, code, name, category_code, status, revision, created_at, updated_at)
      select ${id("0b", "n")}, ${id("0a", "1")}, 'm-' || n, '{"en": "Shop"}', 'shops', 'ACTIVE', 1, now(), now() from generate_series(1, ${merchants}) n;
      insert into alliance.programs (program_id, issuer_partner_id, code, name, unit_name, time_zone, status, earn_points,
        earn_per_minor, earn_rounding, currency, value_minor, value_points, expiry_kind, revision, created_at, updated_at)
      values (${id("0c", "1")}, ${id("0a", "1")}, 'points', '{"en": "Points"}', '{"en": "points"}', 'UTC', 'ACTIVE', 1, 100, 'DOWN',
        'CNY', 1, 1, 'NEVER', 1, now(), now());
      insert into alliance.members (member_id, status, enrolled_by, locale, joined_at, revision, created_at, updated_at)
      select ${id("0d", "n")}, 'ACTIVE', ${id("0a", "1")}, 'en', now(), 1, now(), now() from generate_series(1, ${members}) n;
      insert into alliance.identities (identity_id, member_id, partner_id, number, linked_at)
      select ${id("0e", "n")}, ${id("0d", "n")}, ${id("0a", "1")}, 'n' || n, now() from generate_series(1, ${members}) n;`);
    for (let from = 1; from <= members; from += 1_000) {
      await owner.unsafe(`
        select alliance.ledger_post_batch(array_agg(member_id), jsonb_agg(jsonb_build_object('command', 'EARN',
          'program_id', ${id("0c", "1")}, 'idempotency_key', 'opening', 'input_hash', '\\x00', 'cause_kind', 'OPENING',
          'cause_id', 'bench', 'actor', 'bench', 'occurred_at', now(), 'recorded_at', date_trunc('milliseconds', now()),
          'event_id', gen_random_uuid(), 'on_cap', 'CUT', 'lots', jsonb_build_array(jsonb_build_object('kind', 'BASE',
          'amount', '1000000000', 'caps', '[]'::jsonb)))))
        from (select ${id("0d", "n")} as member_id from generate_series(${from}, ${Math.min(from + 999, members)}) n) as m`);
    }
    await owner.unsafe("vacuum analyze");
    const ids = async (table: string, column: string, kind: string) =>
      (
        await owner.unsafe<{ id: string }[]>(
          `select ${column} as id from alliance.${table} where ${column}::text like '0e${kind}%' order by 1`,
        )
      ).map((row) => row.id);
    return {
      memberIds: await ids("members", "member_id", "0d"),
      merchantIds: await ids("merchants", "merchant_id", "0b"),
      programId: (await ids("programs", "program_id", "0c"))[0] as string,
    };
  } finally {
    await owner.end();
  }
}

/** An old ledger: transfers with their entries behind every member's head, as many as asked for, written as sets. */
export async function ageLedger(ownerUrl: string, transfers: number, members: number): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  const each = Math.ceil(transfers / members);
  try {
    for (let from = 0; from < each; from += 50) {
      const to = Math.min(from + 50, each);
      await owner.unsafe(`
        insert into alliance.transfers (member_id, sequence, command, program_id, idempotency_key, input_hash, cause_kind, cause_id,
          actor, amount, shortfall, occurred_at, recorded_at, event_id, hash, merchant_id, outlet_id)
        select h.member_id, 1000000000 + n, 'SPEND', ${id("0c", "1")}, 'aged ' || n, h.hash, 'CHECKOUT', 'aged ' || n, 'bench', 1, 0,
          now() - n * interval '1 hour', now() - n * interval '1 hour', gen_random_uuid(), h.hash, ${id("0b", "1 + n % 1000")}, ${id("0b", "1 + n % 1000")}
        from alliance.ledger_heads h, generate_series(${from + 1}, ${to}) n;
        insert into alliance.ledger_entries (member_id, sequence, entry_no, program_id, debit, credit, amount, lot_no, available_after)
        select h.member_id, 1000000000 + n, 1, ${id("0c", "1")}, 'AVAILABLE', 'MERCHANT_PAYABLE', 1, 1, 1
        from alliance.ledger_heads h, generate_series(${from + 1}, ${to}) n;`);
    }
    await owner.unsafe("vacuum analyze");
    await owner.unsafe("checkpoint");
  } finally {
    await owner.end();
  }
}
