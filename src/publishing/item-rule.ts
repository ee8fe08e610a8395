import type { Work } from "../context";
import type { Refusal } from "../kernel/result";
import type { Rule } from "../rules/core/rule";
import { readWrittenRule } from "../rules/written-rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

/** What is wrong with a rule that somebody wrote, by the facts and audiences that they may name; nothing where none is. */
export function ruleRefusals(
  work: Work,
  snapshot: CatalogueSnapshot,
  rule: Rule | null,
  path: readonly string[],
): Refusal[] {
  if (rule === null) return [];
  const read = readWrittenRule(work, snapshot, { tree: rule }, { tree: path, text: path });
  return read.ok ? [] : [...read.refusals];
}
