import { eachRule, nowTag, profiles, type GeneratedRule, type GeneratedTag } from "./generate";
import type { RulesOptions } from "./options";

/**
 * The rules of a run. With `--held` they are those generated with at least four conditions, and every tenth with three;
 * with the typical profile a member matches 8 of 100,000 of these and 80 of 1,000,000, as it does 80 of 100,000 of all.
 * So the two can be compared: an alliance with ten times the rules has them for smaller groups, and nobody is shown ten
 * times as many offers.
 */
export function* rulesOf(
  tags: readonly GeneratedTag[],
  count: number,
  seed: number,
  { profile, held }: RulesOptions,
): Generator<GeneratedRule> {
  if (!held) {
    yield* eachRule(tags, count, seed, profiles[profile]);
    return;
  }
  let [id, withThree] = [0, 0];
  for (const rule of eachRule(tags, Infinity, seed, profiles[profile])) {
    const conditions = rule.when.args.filter((part) => !("tag" in part) || part.tag !== nowTag).length;
    if (conditions < 3 || (conditions === 3 && withThree++ % 10 !== 0)) continue;
    yield { ...rule, id };
    id += 1;
    if (id === count) return;
  }
}
