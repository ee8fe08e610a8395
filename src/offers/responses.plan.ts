import type { Column, SQL } from "drizzle-orm";
import { jsonSource, type Source } from "../graphql/plan/sources";
import { responsesOf, type ResponsesJson } from "./responses.queries";

/** What the member did with offers, beside its row in a planned statement. */
export function responseSourceOf(memberId: Column, at: SQL): Source<ResponsesJson> {
  return jsonSource(responsesOf(memberId, at));
}
