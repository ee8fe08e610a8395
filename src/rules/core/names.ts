import type { FactDefinition } from "../../facts/core/fact";

/** What the author of a rule may name. Whatever is not here is unknown to them, whether or not it exists. */
export interface RuleNames {
  fact(name: string): FactDefinition | undefined;
  hasAudience(code: string): boolean;
  /** Asked only to suggest what an unknown name may have meant. */
  factNames(): Iterable<string>;
  audienceCodes(): Iterable<string>;
}

export function namesOf(facts: Iterable<FactDefinition>, audiences: Iterable<string> = []): RuleNames {
  const byName = new Map(Array.from(facts, (fact) => [fact.name, fact]));
  const codes = new Set(audiences);
  return {
    fact: (name) => byName.get(name),
    hasAudience: (code) => codes.has(code),
    factNames: () => byName.keys(),
    audienceCodes: () => codes,
  };
}

/** Longer names are not compared: a typo is looked for in what a person wrote. */
const longestTypo = 64;

/** ` Did you mean "gold"?`, or nothing where no name is near: one letter off in short names, two in longer ones. */
export function didYouMean(given: string, names: Iterable<string>): string {
  if (given.length > longestTypo) return "";
  const written = given.toLowerCase();
  let nearest: string | undefined;
  let least = given.length < 5 ? 2 : 3;
  for (const name of names) {
    if (Math.abs(name.length - given.length) >= least) continue;
    const distance = editDistance(written, name.toLowerCase(), least);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest === undefined ? "" : ` Did you mean ${JSON.stringify(nearest)}?`;
}

/** Letters to insert, delete, replace or swap with their neighbour; `limit` where it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(above, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? at(before, column - 2) + 1 : Infinity;
      current.push(Math.min(replaced, swapped, at(above, column) + 1, at(current, column - 1) + 1));
    }
    // A swap reaches over one row, so that both must be far off.
    if (Math.min(...current, ...above) >= limit) return limit;
    [before, above] = [above, current];
  }
  return at(above, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? 0;
