import type { Refusal } from "../../kernel/result";
import { ruleCaps } from "./caps";

/** The ways in which a rule is refused. */
export type RuleRefusalCode =
  "INVALID_RULE" | "RULE_TOO_LARGE" | "RULE_TYPE_MISMATCH" | "UNKNOWN_FACT" | "UNKNOWN_AUDIENCE";

/** Where in the tree: `["all", 2, "between", "atLeast"]`. */
export type RulePath = readonly (string | number)[];

/** What a check of one rule found so far, and how much of the rule it saw. */
export class Findings {
  readonly refusals: Refusal<RuleRefusalCode>[] = [];
  #nodes = 0;
  #characters = 0;
  #untold = 0;
  #isTooLarge = false;

  /** True once a cap on the whole was passed: what follows is not looked at, which bounds the work. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /**
   * `what` begins with a verb: "is 3, expected a text." A hint is only looked for where the refusal is told: it compares
   * with every name there is.
   */
  refuse(code: RuleRefusalCode, path: RulePath, what: string, hint: () => string = () => ""): void {
    if (this.refusals.length >= ruleCaps.refusals) {
      this.#untold++;
      return;
    }
    this.refusals.push({ code, message: `${writtenPath(path)} ${what}${hint()}`, path: path.map(String) });
  }

  /** The refusals, with a word on those that are not told. */
  all(): readonly Refusal<RuleRefusalCode>[] {
    const last = this.refusals.at(-1);
    if (this.#untold === 0 || !last) return this.refusals;
    const more = `${last.message} (${this.#untold} more are not told.)`;
    return [...this.refusals.slice(0, -1), { ...last, message: more }];
  }

  countNode(path: RulePath): void {
    this.#nodes++;
    if (this.#nodes > ruleCaps.nodes) this.#tooLarge(path, `${ruleCaps.nodes} leaves and operators together`);
  }

  /** Counts a text as the text form writes it. */
  countText(text: string, path: RulePath): void {
    this.#characters += JSON.stringify(text).length + 2;
    if (this.#characters > ruleCaps.characters) {
      this.#tooLarge(path, `${ruleCaps.characters} characters of names and choices together`);
    }
  }

  #tooLarge(path: RulePath, cap: string): void {
    if (this.#isTooLarge) return;
    this.#isTooLarge = true;
    this.refuse("RULE_TOO_LARGE", path, `is where the rule becomes too large, expected at most ${cap}.`);
  }
}

/** `$.all[2].between.atLeast` */
function writtenPath(path: RulePath): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_]\w{0,40}$/.test(step) ? `.${step}` : `[${shownText(step)}]`;
  });
  return `$${steps.join("")}`;
}

/** A value in a message: whatever it is, short, and without an exception. */
export function shown(value: unknown): string {
  if (typeof value === "string") return shownText(value);
  if (value === null || ["number", "boolean", "undefined", "bigint"].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  const keys = Object.keys(value);
  const names = keys.slice(0, 4).map(shownText);
  return keys.length === 0 ? "an empty object" : `an object with ${names.join(", ")}${keys.length > 4 ? " …" : ""}`;
}

const longestShown = 60;

export function shownText(text: string): string {
  return JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}

/** `"a", "b" or "c"`; of many only the first are named, and all are counted. */
export function shownChoices(choices: readonly string[], most = 12): string {
  const named = choices.slice(0, most).map(shownText);
  if (choices.length > most) return `${named.join(", ")} … (${choices.length} in all)`;
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} or ${named.at(-1)}` : named.join("");
}
