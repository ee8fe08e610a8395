import { sql, type Column, type SQL } from "drizzle-orm";
import { jsonSource, type Source } from "../graphql/plan/sources";
import { historyOf } from "./facts.queries";
import { encodedMembers } from "./facts.tables";

/** A member's encoding as matching reads it. */
export interface EncodedRow {
  readonly encoding: Buffer;
  readonly lapsesAt: Date | null;
}

/** What `memberFacts` reads, beside a member's row in a planned statement. Its history under other ids is not in it. */
export function factSourcesOf(memberId: Column, at: SQL) {
  const { encoding, lapsesAt } = encodedMembers;
  // In one subselect, since each of them looks the row up again.
  const encoded: Source<EncodedRow> = {
    sql: sql`(select int8send(coalesce(extract(epoch from ${lapsesAt}) * 1000, 0)::bigint) || ${encoding}
      from ${encodedMembers} where ${encodedMembers.memberId} = ${memberId})`,
    form: "bytes",
    nullable: true,
    decode: encodedRow,
  };
  const history = jsonSource<Readonly<Record<string, string>> | null>(historyOf(memberId, at));
  return { encoded, history };
}

function encodedRow(bytes: Buffer): EncodedRow {
  const lapses = Number(bytes.readBigInt64BE());
  return { encoding: bytes.subarray(8), lapsesAt: lapses === 0 ? null : new Date(lapses) };
}
