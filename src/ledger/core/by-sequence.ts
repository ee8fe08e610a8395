/** Rows of one member by the transfer that they belong to, in their order. */
export function bySequence<Row extends { readonly sequence: bigint }>(rows: readonly Row[]): Map<bigint, Row[]> {
  const groups = new Map<bigint, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.sequence);
    if (group) group.push(row);
    else groups.set(row.sequence, [row]);
  }
  return groups;
}
