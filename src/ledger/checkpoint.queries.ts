import { and, asc, gt, sql } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Queryable } from "../db/client";
import { nobody } from "../kernel/ids";
import type { Leaf } from "./core/leaf";
import { receiptDigest, type ReceiptedTransfer } from "./core/receipt";
import { ledgerHeads, transfers } from "./ledger.tables";

/** A part of a member's chain: behind `after`, up to and with `to`. */
export interface Stretch {
  readonly memberId: string;
  readonly after: bigint;
  readonly to: bigint;
}

const headsAtOnce = 5_000;
/** Few, since a first checkpoint reads each member's whole chain. */
const stretchesAtOnce = 500;

/** Where every chain is that has begun, by rising member id. */
export async function* headPages(db: Queryable): AsyncGenerator<Leaf[]> {
  for (let after = nobody; ;) {
    const { memberId, sequence, hash } = ledgerHeads;
    const page = await db
      .select({ memberId, sequence, hash })
      .from(ledgerHeads)
      .where(and(gt(memberId, after), gt(sequence, 0n)))
      .orderBy(asc(memberId))
      .limit(headsAtOnce);
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.memberId;
  }
}

/** The receipts of all transfers of these stretches, in the order of the stretches, which is that of rising member ids. */
export async function* receiptsBetween(db: Queryable, stretches: readonly Stretch[]): AsyncGenerator<Leaf> {
  for (let start = 0; start < stretches.length; start += stretchesAtOnce) {
    const some = stretches.slice(start, start + stretchesAtOnce);
    const rows = await db
      .select(receiptColumns)
      .from(transfers)
      .innerJoin(asked(some), sql`${transfers.memberId} = s.member_id`)
      .where(sql`${transfers.sequence} > s.after and ${transfers.sequence} <= s.upto`)
      .orderBy(asc(transfers.memberId), asc(transfers.sequence));
    for (const row of rows) yield { memberId: row.memberId, sequence: row.sequence, hash: receiptDigest(row) };
  }
}

const receiptColumns = {
  memberId: transfers.memberId,
  sequence: transfers.sequence,
  command: transfers.command,
  programId: transfers.programId,
  merchantId: transfers.merchantId,
  outletId: transfers.outletId,
  shift: transfers.shift,
  channel: transfers.channel,
  amount: transfers.amount,
  shortfall: transfers.shortfall,
  sourceReference: transfers.sourceReference,
  eventId: transfers.eventId,
  occurredAt: transfers.occurredAt,
  recordedAt: transfers.recordedAt,
} satisfies Record<keyof ReceiptedTransfer | "memberId" | "sequence", unknown>;

function asked(stretches: readonly Stretch[]) {
  return sql`unnest(
    ${arrayLiteral(stretches.map(({ memberId }) => memberId))}::uuid[],
    ${arrayLiteral(stretches.map(({ after }) => after))}::int8[],
    ${arrayLiteral(stretches.map(({ to }) => to))}::int8[]) as s (member_id, after, upto)`;
}

/** Which of these hashes a chain has not, at the place where it was seen. */
export async function hashesNotThere(
  db: Queryable,
  heads: readonly Leaf[],
): Promise<{ readonly memberId: string; readonly sequence: bigint; readonly isThere: boolean }[]> {
  const rows = await db.execute<{ member_id: string; sequence: string; there: boolean }>(sql`
    select s.member_id, s.sequence, t.member_id is not null as there
    from unnest(
      ${arrayLiteral(heads.map((head) => head.memberId))}::uuid[],
      ${arrayLiteral(heads.map((head) => head.sequence))}::int8[],
      ${arrayLiteral(heads.map((head) => head.hash))}::bytea[]) as s (member_id, sequence, hash)
    left join ${transfers} t on t.member_id = s.member_id and t.sequence = s.sequence
    where t.hash is distinct from s.hash`);
  return rows.map((row) => ({ memberId: row.member_id, sequence: BigInt(row.sequence), isThere: row.there }));
}
