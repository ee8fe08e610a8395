/**
 * What a partner is told of how many members a set has: a multiple of the minimum group, or null for too few.
 *
 * The count is rounded up or down at random, in the proportion in which it lies between two multiples. `draw` makes the
 * choice; it is uniform over 0 … 2^32 − 1 and drawn from the set itself, by a keyed hash of who is in it. So
 *
 * - the same members give the same answer, however the rule is written and however often it is asked: repeating an
 *   answer averages nothing out;
 * - sets that differ by one member are rounded by draws that have nothing to do with each other: the difference of two
 *   answers is a multiple of the group, and what it tells of that member is one chance in `group`;
 * - fewer members than the group are never told, nor that there are none: what rounds to less than two groups is
 *   withheld, which a group of that size always does and one of twice the size never.
 *
 * Rejected: a fixed rounding, since whoever pads a set with members it knows up to the edge of a multiple reads a single
 * one off the step; and refusing a preview that lies near an earlier one, since that refusal tells of one member itself,
 * and sets far from each other can still be added up. What remains is averaging over hundreds of sets that are built for
 * it by somebody who knows everybody else in them (docs/decisions/0018).
 */
export function roundedToGroup(count: number, group: number, draw: number): number | null {
  const groups = Math.floor((count + (draw % group)) / group);
  return groups < 2 ? null : groups * group;
}
