import { sql, type Column, type SQL } from "drizzle-orm";
import type { Source } from "../graphql/plan/sources";
import { responsesOf, type ResponsesJson } from "./responses.queries";

/** What the member did with offers, beside its row in a planned statement. */
export function responseSourceOf(memberId: Column, at: SQL): Source<ResponsesJson> {
  return {
    sql: sql`${responsesOf(memberId, at)}::text`,
    nullable: true,
    decode: JSON.parse as (token: never) => ResponsesJson,
  };
}
