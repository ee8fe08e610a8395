import { sql, type Column, type SQL } from "drizzle-orm";
import { bytesSource, instantSource, type Source } from "../graphql/plan/sources";
import { historyOf } from "./facts.queries";
import { encodedMembers } from "./facts.tables";

/** What `memberFacts` reads, beside a member's row in a planned statement. Its history under other ids is not in it. */
export function factSourcesOf(memberId: Column, at: SQL) {
  const encoded = (column: Column) =>
    sql`(select ${column} from ${encodedMembers} where ${encodedMembers.memberId} = ${memberId})`;
  const history: Source<Readonly<Record<string, string>> | null> = {
    sql: sql`${historyOf(memberId, at)}::text`,
    nullable: true,
    decode: JSON.parse as (token: never) => Readonly<Record<string, string>>,
  };
  return {
    encoding: bytesSource(encoded(encodedMembers.encoding)),
    lapsesAt: instantSource(encoded(encodedMembers.lapsesAt)),
    history,
  };
}
