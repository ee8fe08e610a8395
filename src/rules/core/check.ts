import { done, refuseAll, type Result } from "../../kernel/result";
import { ruleCaps } from "./caps";
import { checkLeaf } from "./check-leaf";
import { Findings, shown, shownText, type RulePath, type RuleRefusalCode } from "./findings";
import { didYouMean, type RuleNames } from "./names";
import { leafOperators, type LeafOperator, type Rule } from "./rule";
import { ruleOperators } from "./rule-nodes";

/** What one check goes by; without names only the shape is checked, not what is named nor its types. */
export interface Check {
  readonly names: RuleNames | undefined;
  readonly findings: Findings;
}

/**
 * The rule that a JSON value is, or everything that is wrong with it: of each error the place (`$.all[2].between`), the
 * value and what was expected. Whatever the value, it is answered by refusals, not by an exception, and what lies beyond
 * a cap is not looked at. The rule is a new tree of known fields only; -0 is read as 0, which JSON does not tell apart.
 *
 * A refusal's path is `at` and the place below it.
 */
export function checkRule(json: unknown, names: RuleNames, at: readonly string[] = []): Result<Rule, RuleRefusalCode> {
  return checked(json, names, at);
}

/** The same for a rule's shape alone: for what was checked against its facts before it was stored, and for tools. */
export function readRule(json: unknown, at: readonly string[] = []): Result<Rule, RuleRefusalCode> {
  return checked(json, undefined, at);
}

function checked(json: unknown, names: RuleNames | undefined, at: readonly string[]): Result<Rule, RuleRefusalCode> {
  const findings = new Findings();
  const rule = checkNode(json, { names, findings }, [], 1);
  const refusals = findings.all();
  if (rule && refusals.length === 0) return done(rule);
  return refuseAll(refusals.map((refusal) => ({ ...refusal, path: [...at, ...(refusal.path ?? [])] })));
}

/** Undefined where something below was refused. Recursion ends at the cap on depth, however deep the value is. */
function checkNode(json: unknown, check: Check, path: RulePath, depth: number): Rule | undefined {
  const { findings } = check;
  findings.countNode(path);
  if (findings.isTooLarge) return undefined;
  if (depth > ruleCaps.depth) {
    findings.refuse("RULE_TOO_LARGE", path, `is level ${depth} of the rule, expected at most ${ruleCaps.depth}.`);
    return undefined;
  }
  const entry = onlyOperator(json, findings, path);
  if (!entry) return undefined;
  const [operator, body] = entry;
  const below = [...path, operator];
  switch (operator) {
    case "all":
    case "any": {
      const children = checkChildren(body, check, below, depth);
      return children && (operator === "all" ? { all: children } : { any: children });
    }
    case "not": {
      const not = checkNode(body, check, below, depth + 1);
      return not && { not };
    }
    default:
      if (isLeafOperator(operator)) return checkLeaf(operator, body, check, below);
      findings.refuse("INVALID_RULE", below, `is no operator, expected ${operators}.`, () =>
        didYouMean(operator, ruleOperators),
      );
      return undefined;
  }
}

const operators = ruleOperators.join(", ");

const isLeafOperator = (name: string): name is LeafOperator => (leafOperators as readonly string[]).includes(name);

function onlyOperator(json: unknown, findings: Findings, path: RulePath): readonly [string, unknown] | undefined {
  const expected = `expected an object with exactly one of ${operators}`;
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    findings.refuse("INVALID_RULE", path, `is ${shown(json)}, ${expected}.`);
    return undefined;
  }
  // GraphQL hands absent fields on as undefined or null.
  const given = Object.entries(json).filter(([, value]) => value !== undefined && value !== null);
  const [only] = given;
  if (only && given.length === 1) return only;
  const names = given.slice(0, 4).map(([name]) => shownText(name));
  const found = only ? `has ${names.join(" and ")} at once` : `is ${shown(json)}`;
  findings.refuse("INVALID_RULE", path, `${found}, ${expected}.`);
  return undefined;
}

function checkChildren(body: unknown, check: Check, path: RulePath, depth: number): Rule[] | undefined {
  const { findings } = check;
  if (!Array.isArray(body) || body.length === 0) {
    const found = Array.isArray(body) ? "is empty" : `is ${shown(body)}`;
    findings.refuse("INVALID_RULE", path, `${found}, expected a list of at least one rule.`);
    return undefined;
  }
  const children: Rule[] = [];
  for (const [index, child] of body.entries()) {
    const rule = checkNode(child, check, [...path, index], depth + 1);
    if (findings.isTooLarge) return undefined;
    if (rule) children.push(rule);
  }
  return children.length === body.length ? children : undefined;
}
