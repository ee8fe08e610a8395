/**
 * A transfer's number as the id of a node: ids are UUIDs beside the member's, so the number stands in the last 48 bits.
 * `ids.seal("Transfer", transferId(7n), memberId)`.
 */
export function transferId(sequence: bigint): string {
  return `00000000-0000-7000-8000-${sequence.toString(16).padStart(12, "0")}`;
}

/** The number of the transfer that an opened global id names. */
export function sequenceOf(id: string): bigint {
  return BigInt(`0x${id.slice(-12)}`);
}
