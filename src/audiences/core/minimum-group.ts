/**
 * What a partner is told of how many members a set has: the count with noise, or null for too few. The noise is a whole
 * number of up to `group` either way, the smaller the likelier: a two-sided geometric distribution that has fallen to 2 %
 * at its ends. `draw` chooses it, uniform over 0 … 2^32 − 1. So
 *
 * - one member more or less makes an answer at most e^(4/group) times as likely, 8 % with a group of 50: subtracting two
 *   previews that differ by one member tells noise, also where the one who asks knows everybody else in them;
 * - fewer members than `group` are never told, nor that there are none: what comes out below two groups is withheld.
 *
 * The draw follows from the rule and from who is in the set, by a keyed hash (shown-counts.ts): asking again gives the
 * same answer. The same rule written in another way gives another draw, or an answer that changed would say that the set
 * did. So answers could be averaged over many rules, and are counted: a partner gets so many a day (preview-budget.ts).
 *
 * Rejected, each broken by one or two previews of somebody who knows the other members:
 * - rounding to a multiple: a set that is padded to the edge of one shows a single member as a step;
 * - rounding by a draw from the set alone: rules that find the same set get the same answer, and others do not;
 * - refusing a preview that is near an earlier one: whether it is refused depends on the one member.
 */
export function toldCount(count: number, group: number, draw: number): number | null {
  const told = count + noiseOf(group, draw);
  return told < 2 * group ? null : told;
}

/** The noise for a draw: the distribution's values in order, each with its share of the draws. */
export function noiseOf(group: number, draw: number): number {
  const shares = sharesOf(group);
  let rest = (draw / 2 ** 32) * shares.total;
  for (let noise = -group; noise < group; noise += 1) {
    rest -= shares.of(noise);
    if (rest < 0) return noise;
  }
  return group;
}

/** How much less likely each step is, so that a group away is e^-4, about 2 %. */
const decay = 4;

function sharesOf(group: number) {
  const of = (noise: number) => Math.exp((-decay * Math.abs(noise)) / group);
  const beyond = Math.exp(-decay / group);
  // 1 + 2 (q + q² + … + q^group), a geometric series.
  const total = 1 + (2 * beyond * (1 - beyond ** group)) / (1 - beyond);
  return { of, total };
}
