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
    sql: sql`(select int4send(8 + octet_length(${encoding}))
      || timestamptz_send(coalesce(${lapsesAt}, 'infinity')) || ${encoding}
      from ${encodedMembers} where ${encodedMembers.memberId} = ${memberId})`,
    form: "bytes",
    nullable: true,
    decode: encodedRow,
  };
  const history = jsonSource<Readonly<Record<string, string>> | null>(historyOf(memberId, at));
  return { encoded, history };
}

/** The instant stands as PostgreSQL keeps it: microseconds since 2000, and an infinity that is the largest number. */
function encodedRow(bytes: Buffer): EncodedRow {
  const micros = bytes.readInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4);
  const lapsesAt = micros >= 2 ** 63 ? null : new Date(year2000 + micros / 1000);
  return { encoding: bytes.subarray(8), lapsesAt };
}

const year2000 = Date.UTC(2000, 0, 1);
