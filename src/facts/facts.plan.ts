import { sql, type Column, type SQL } from "drizzle-orm";
import type { Source } from "../graphql/plan/sources";
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
    sql: sql`(select coalesce(extract(epoch from ${lapsesAt}) * 1000, 0)::bigint || ' ' || encode(${encoding}, 'base64')
      from ${encodedMembers} where ${encodedMembers.memberId} = ${memberId})`,
    nullable: true,
    decode: encodedRow,
  };
  const history: Source<Readonly<Record<string, string>> | null> = {
    sql: sql`${historyOf(memberId, at)}::text`,
    nullable: true,
    decode: JSON.parse as (token: never) => Readonly<Record<string, string>>,
  };
  return { encoded, history };
}

function encodedRow(token: string): EncodedRow {
  const end = token.indexOf(" ");
  const lapses = Number(token.slice(0, end));
  return {
    encoding: Buffer.from(token.slice(end + 1), "base64"),
    lapsesAt: lapses === 0 ? null : new Date(lapses),
  };
}
