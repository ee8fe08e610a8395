import { sql, type Column, type SQL } from "drizzle-orm";
import { rowsSource, truthSource } from "../graphql/plan/sources";
import { offerActivations, offerDeliveries } from "./offers.tables";
import { isActivated, isCompleted, isMet } from "./responses.queries";

/** What the member did with offers, beside its row in a planned statement; `responsesOf` adds it up. */
export function responseSourcesOf(memberId: Column, since: SQL, at: SQL) {
  return {
    deliveries: rowsSource(
      { offerId: offerDeliveries.offerId, isTaken: truthSource(isCompleted(at)) },
      sql`from ${offerDeliveries} where ${isMet(sql`${offerDeliveries.memberId} = ${memberId}`, since, at)}`,
    ),
    activations: rowsSource(
      { offerId: offerActivations.offerId },
      sql`from ${offerActivations} where ${isActivated(sql`${offerActivations.memberId} = ${memberId}`, since, at)}`,
    ),
  };
}
