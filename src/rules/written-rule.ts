import type { Work } from "../context";
import type { RefusalCode } from "../kernel/refusal-codes";
import { done, refuse, type Refusal, type Result } from "../kernel/result";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { checkRule } from "./core/check";
import { cycleOf, expandedSize, mostExpandedNodes, type AudienceRules } from "./core/expand-audiences";
import { readRuleText } from "./core/parse";
import type { Rule } from "./core/rule";
import type { TextRefusal } from "./core/text-place";
import { ruleNames } from "./rule-names";

/** A rule as somebody wrote it, unchecked: as a tree, as text, or not at all. */
export interface WrittenRule {
  /** Whatever JSON it is; null and undefined: no tree. */
  readonly tree: unknown;
  readonly text?: string | null;
}

/** Where the two stand in the input. */
export interface WrittenPaths {
  readonly tree: readonly string[];
  readonly text: readonly string[];
}

/** Of a text the refusal also says where in it. */
export type RuleRefusal = Refusal<RefusalCode> & Partial<Pick<TextRefusal, "line" | "column">>;

export type RuleResult<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusals: readonly RuleRefusal[] };

/**
 * The rule that is written, checked against what its author may name; null where none is. The catalogue is brought up to
 * date first, so that a tag that was defined on another server a moment ago is known.
 */
export async function writtenRule(
  work: Work,
  written: WrittenRule,
  paths: WrittenPaths,
): Promise<RuleResult<Rule | null>> {
  if (isAbsent(written.tree) && isAbsent(written.text)) return done(null);
  return readWrittenRule(work, await work.services.catalogue.catchUp(), written, paths);
}

/** The same by a snapshot in hand. */
export function readWrittenRule(
  work: Pick<Work, "services" | "actor">,
  snapshot: CatalogueSnapshot,
  { tree, text }: WrittenRule,
  paths: WrittenPaths,
): RuleResult<Rule> {
  if (isAbsent(tree) === isAbsent(text)) {
    const found = isAbsent(tree) ? "neither as a tree nor as text" : "both as a tree and as text";
    return refuse("INVALID_INPUT", `The rule is given ${found}, expected one of them.`, paths.tree);
  }
  const names = ruleNames(work, snapshot);
  const at = isAbsent(text) ? paths.tree : paths.text;
  const checked: RuleResult<Rule> = isAbsent(text) ? checkRule(tree, names, at) : readRuleText(text, names, at);
  if (!checked.ok) return checked;
  const audiences: AudienceRules = (code) => work.services.rules.rooms.audiences.meaning(snapshot, code);
  return audienceRefusal(checked.value, audiences, at) ?? checked;
}

/** What only shows where saved audiences are written out. */
function audienceRefusal(rule: Rule, audiences: AudienceRules, at: readonly string[]): Result<never> | undefined {
  const cycle = cycleOf(rule, audiences);
  if (cycle) return refuse("INVALID_RULE", `The audience "${cycle[0]}" rests on itself: ${cycle.join(" → ")}.`, at);
  const size = expandedSize(rule, audiences);
  if (size <= mostExpandedNodes) return undefined;
  const message = `With its audiences written out the rule has ${size} nodes, expected at most ${mostExpandedNodes}.`;
  return refuse("RULE_TOO_LARGE", message, at);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
