import { sql } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { Checkpoint } from "./core/checkpoint";
import type { Offence } from "./core/invariants";
import type { Head } from "./core/merkle";
import { transfers } from "./ledger.tables";

const headsAtOnce = 5_000;

/** Where the chains are not at, or not any more beyond, what a checkpoint saw of them; of one member or of all. */
export async function offencesAgainst(db: Queryable, checkpoint: Checkpoint, memberId?: string): Promise<Offence[]> {
  const heads =
    memberId === undefined ? checkpoint.heads : checkpoint.heads.filter((head) => head.memberId === memberId);
  const offences: Offence[] = [];
  for (let start = 0; start < heads.length; start += headsAtOnce) {
    offences.push(...(await compared(db, heads.slice(start, start + headsAtOnce), checkpoint.statement.number)));
  }
  return offences;
}

async function compared(db: Queryable, heads: readonly Head[], number: number): Promise<Offence[]> {
  const rows = await db.execute<{ member_id: string; sequence: string; there: boolean }>(sql`
    select s.member_id, s.sequence, t.member_id is not null as there
    from unnest(
      ${arrayLiteral(heads.map((head) => head.memberId))}::uuid[],
      ${arrayLiteral(heads.map((head) => head.sequence))}::int8[],
      ${arrayLiteral(heads.map((head) => head.hash))}::bytea[]) as s (member_id, sequence, hash)
    left join ${transfers} t on t.member_id = s.member_id and t.sequence = s.sequence
    where s.sequence > 0 and t.hash is distinct from s.hash`);
  return rows.map(({ member_id: id, sequence, there }) => ({
    ...{ invariant: "CHECKPOINTS", memberId: id, sequence: BigInt(sequence) },
    detail: there
      ? `checkpoint ${number} saw another hash: the chain was computed anew`
      : `checkpoint ${number} saw this transfer: it is gone`,
  }));
}
