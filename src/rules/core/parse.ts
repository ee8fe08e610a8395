import { done, type Result } from "../../kernel/result";
import { ruleCaps } from "./caps";
import { checkRule } from "./check";
import type { RuleRefusalCode } from "./findings";
import type { RuleNames } from "./names";
import { Reader } from "./parse-leaf";
import type { Rule } from "./rule";
import { refusalAt, type TextRefusal } from "./text-place";

type TextResult<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusals: readonly TextRefusal[] };

/**
 * The tree that a text stands for, or the first place where it cannot go on. Only the syntax is read: what is named, and
 * whether it fits, is checked by `readRuleText`. The work is linear in the text's length, and both are bounded.
 *
 * ```
 * rule      = conjunction { "or" conjunction }
 * conjunction = negation { "and" negation }
 * negation  = "not" negation | "(" rule ")" | ("all" | "any") "(" rule { "," rule } ")" | leaf
 * ```
 */
export function parse(text: string): TextResult<Rule> {
  const parsed = parseWithPlaces(text);
  return parsed.ok ? done(parsed.value.rule) : parsed;
}

/** The checked rule that a text stands for. What the check refuses is told with its line and column, too. */
export function readRuleText(text: string, names: RuleNames, at: readonly string[] = []): TextResult<Rule> {
  const parsed = parseWithPlaces(text, at);
  if (!parsed.ok) return parsed;
  const { rule, offsetOf } = parsed.value;
  const result: Result<Rule, RuleRefusalCode> = checkRule(rule, names);
  if (result.ok) return result;
  return refuseTexts(
    result.refusals.map(({ code, message, path = [] }) => refusalAt(text, offsetOf(path), code, message, at)),
  );
}

interface Parsed {
  readonly rule: Rule;
  /** Where the text says what lies at a path of the tree (`["all", "2", "between", "atLeast"]`), or what holds it. */
  offsetOf(path: readonly string[]): number;
}

function parseWithPlaces(text: string, at: readonly string[] = []): TextResult<Parsed> {
  if (text.length > ruleCaps.ruleText) {
    const what = `the text has ${text.length} characters, expected at most ${ruleCaps.ruleText}.`;
    return refuseTexts([refusalAt(text, 0, "RULE_TOO_LARGE", what, at)]);
  }
  const parser = new Parser(text);
  const rule = parser.parse();
  if (rule) return done({ rule, offsetOf: (path) => parser.offsetOf(rule, path) });
  const { code, what, offset } = parser.failure;
  return refuseTexts([refusalAt(text, offset, code, what, at)]);
}

const refuseTexts = (refusals: readonly TextRefusal[]): TextResult<never> => ({ ok: false, refusals });

/** How rules are joined; leaves are read by what it extends. Every method gives undefined after a failure. */
class Parser extends Reader {
  #nesting = 0;

  parse(): Rule | undefined {
    const rule = this.#rule();
    if (!rule) return undefined;
    return this.next.kind === "end" ? rule : this.fail("expected and, or, or the end");
  }

  #rule(): Rule | undefined {
    return this.#joined("or", () => this.#joined("and", () => this.#negation()));
  }

  #joined(word: "and" | "or", part: () => Rule | undefined): Rule | undefined {
    const starts = [this.next.offset];
    const first = part();
    if (!first || !this.isNext(word)) return first;
    const parts = [first];
    while (this.take(word)) {
      starts.push(this.next.offset);
      const rule = part();
      if (!rule) return undefined;
      parts.push(rule);
    }
    starts.forEach((offset, index) => this.mark(parts, index, offset));
    return word === "and" ? { all: parts } : { any: parts };
  }

  #negation(): Rule | undefined {
    if (this.isNext("not")) return this.#nested(() => this.#not());
    if (this.isNext("(")) return this.#nested(() => this.#bracketed());
    if (this.isNext("all") || this.isNext("any")) return this.#nested(() => this.#parts());
    return this.leaf();
  }

  /** Recursion goes through here alone, so that the stack is bounded. */
  #nested(part: () => Rule | undefined): Rule | undefined {
    this.#nesting++;
    const cap = ruleCaps.textNesting;
    const rule =
      this.#nesting > cap
        ? this.fail(`expected at most ${cap} brackets and not around one another`, "RULE_TOO_LARGE")
        : part();
    this.#nesting--;
    return rule;
  }

  #not(): Rule | undefined {
    this.take("not");
    const { offset } = this.next;
    const not = this.#negation();
    if (!not) return undefined;
    const rule = { not };
    this.mark(rule, "not", offset);
    return rule;
  }

  #bracketed(): Rule | undefined {
    this.take("(");
    const rule = this.#rule();
    if (!rule) return undefined;
    return this.take(")") ? rule : this.fail("expected ), and, or");
  }

  /** `all(a, b)`: the only form for a single part, or none. */
  #parts(): Rule | undefined {
    const operator = this.isNext("all") ? "all" : "any";
    this.take(operator);
    if (!this.take("("))
      return this.fail(`expected ( after ${operator}; a fact of this name is written \`${operator}\``);
    const parts: Rule[] = [];
    while (!this.isNext(")")) {
      if (parts.length > 0 && !this.take(",")) return this.fail("expected , or )");
      this.mark(parts, parts.length, this.next.offset);
      const rule = this.#rule();
      if (!rule) return undefined;
      parts.push(rule);
    }
    this.take(")");
    return operator === "all" ? { all: parts } : { any: parts };
  }
}
