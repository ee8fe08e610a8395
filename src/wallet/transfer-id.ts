import type { RequestContext } from "../context";

/** A transfer's number as the id of a node: ids are UUIDs and the member's, so the number stands in the last 48 bits. */
export function idOfSequence(sequence: bigint): string {
  return `00000000-0000-7000-8000-${sequence.toString(16).padStart(12, "0")}`;
}

export function sequenceOfId(id: string): bigint {
  return BigInt(`0x${id.slice(-12)}`);
}

/** Which transfer a global id names; undefined where it was not made here for this caller. */
export function transferNamed({ ids }: Pick<RequestContext, "ids">, globalId: string) {
  const reference = ids.openAs("Transfer", globalId);
  if (!reference?.memberId) return undefined;
  return { memberId: reference.memberId, sequence: sequenceOfId(reference.id) };
}
