import { sql } from "drizzle-orm";
import type { Work } from "../context";
import { plusHours } from "../kernel/period";
import type { LedgerCommand, LedgerResult } from "../ledger/core/command";

/**
 * Posts a command under its outside reference, which is one command's for ever: claimed first, in a row of its own that
 * lies by the reference, and confirmed once the transfer is there. Undefined where another command has it. A command that
 * is refused keeps its claim until the sweeper frees it, so it may be repeated under its own key.
 */
export async function withReference(
  { database }: Work,
  command: LedgerCommand,
  post: () => Promise<LedgerResult>,
): Promise<LedgerResult | undefined> {
  const { sourceReference: reference, memberId, idempotencyKey: key, recordedAt } = command;
  if (!reference) return post();
  const at = recordedAt.toISOString();
  const [claimed] = await database.app.execute<{ mine: boolean }>(
    sql`select alliance.ledger_claim_reference(${reference}, ${memberId}::uuid, ${key}, ${at}::timestamptz) as mine`,
  );
  if (!claimed?.mine) return undefined;
  const result = await post();
  if (result.outcome === "DONE" || result.outcome === "REPLAYED") {
    await database.app.execute(confirmation(reference, memberId, key));
  }
  return result;
}

/** At the instant at which the transfer was recorded, whoever confirms it. */
function confirmation(reference: string, memberId: string, key: string) {
  return sql`select alliance.ledger_confirm_reference(${reference}, ${memberId}::uuid, ${key}, (
    select recorded_at from alliance.transfers where member_id = ${memberId}::uuid and idempotency_key = ${key}))`;
}

const abandonedHours = 1 / 6;

interface Open {
  readonly reference: string;
  readonly member_id: string;
  readonly key: string;
  readonly claimed: string;
  readonly there: boolean;
  [column: string]: unknown;
}

/** Settles claims of ten minutes ago and more: confirms those whose transfer is there, frees the others. */
export async function sweepReferences({ database, now }: Pick<Work, "database" | "now">): Promise<number> {
  const before = plusHours(now, -abandonedHours).toISOString();
  const open = await database.app.execute<Open>(sql`
    select r.source_reference as reference, r.member_id, r.idempotency_key as key, r.claimed_at::text as claimed,
      t.member_id is not null as there
    from alliance.source_references r
    left join alliance.transfers t on t.member_id = r.member_id and t.idempotency_key = r.idempotency_key
    where r.confirmed_at is null and r.claimed_at < ${before}::timestamptz limit 1000`);
  for (const { reference, member_id: memberId, key, claimed, there } of open) {
    const settle = there
      ? confirmation(reference, memberId, key)
      : sql`select alliance.ledger_release_reference(${reference}, ${memberId}::uuid, ${key}, ${claimed}::timestamptz)`;
    await database.app.execute(settle);
  }
  return open.length;
}
