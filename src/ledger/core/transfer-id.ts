/**
 * A transfer's number as a UUID, which is what global ids are made of: `ids.seal("Transfer", transferId(7n), memberId)`.
 * It tells nothing that the member's own key would not; sealed, it tells nothing at all.
 */
export function transferId(sequence: bigint): string {
  const hex = sequence.toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The number of the transfer that an opened global id names. */
export function sequenceOf(id: string): bigint {
  return BigInt(`0x${id.replaceAll("-", "")}`);
}
