import type { RequestContext } from "../context";
import { sequenceOf } from "../ledger/core/transfer-id";

/** Which transfer a global id names; undefined where it was not made here for this caller. */
export function transferNamed({ ids }: Pick<RequestContext, "ids">, globalId: string) {
  const reference = ids.openAs("Transfer", globalId);
  if (!reference?.memberId) return undefined;
  return { memberId: reference.memberId, sequence: sequenceOf(reference.id) };
}
