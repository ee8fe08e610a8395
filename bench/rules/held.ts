/**
 * How strongly rules must prefer some tags for a member to match about 80 of them, by their number: found by trial with
 * the typical profile. An alliance with ten times as many rules has rules for smaller groups, not ten times as many for
 * everybody.
 */
export function heldZipf(rules: number): number {
  return rules >= 1_000_000 ? 0.3 : 0.7;
}
