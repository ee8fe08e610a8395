import { shownText, type RuleRefusalCode } from "./findings";
import type { Leaf, Rule } from "./rule";
import { ruleWords, tokensOf, type Token } from "./tokens";

interface Failure {
  readonly code: RuleRefusalCode;
  readonly what: string;
  readonly offset: number;
}

type Times = "number" | "day" | "instant" | "text";

/**
 * Reads tokens and leaves, and keeps the first failure and where in the text each part of the tree stands. Methods give
 * undefined after a failure.
 *
 * ```
 * leaf  = "has" fact | "in" "audience" text
 *       | number ("<" | "<=") fact [("<" | "<=") number]
 *       | fact [condition]
 * condition = "=" value | ("<" | "<=" | ">" | ">=") (number | day | instant)
 *       | "between" (number "and" number | day "and" day)
 *       | "from" time ["until" time] | "until" time
 *       | ["not"] "within" "last" number ("day" | "days")
 *       | "in" list | "contains" (text | "any" list)
 * list  = "[" [text { "," text }] "]"
 * ```
 */
export class Reader {
  readonly #tokens: readonly Token[];
  #place = 0;
  #failure: Failure | undefined;
  readonly #marks = new Map<object, Map<string, number>>();

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  get next(): Token {
    return this.#tokens[this.#place]!;
  }

  /** What went wrong first. */
  get failure(): Failure {
    return this.#failure ?? { code: "INVALID_RULE", what: "expected a rule.", offset: 0 };
  }

  isNext(...texts: readonly string[]): boolean {
    const { kind, text } = this.next;
    return (kind === "word" || kind === "symbol") && texts.includes(text);
  }

  take(text: string): boolean {
    const found = this.isNext(text);
    if (found) this.#place++;
    return found;
  }

  fail(expected: string, code: RuleRefusalCode = "INVALID_RULE"): undefined {
    const { kind, text, value, offset } = this.next;
    const isQuoted = kind === "text" || kind === "name";
    const found =
      kind === "end" ? "the text ends here" : `found ${isQuoted ? shownText(String(value)) : text.slice(0, 60)}`;
    const what = kind === "wrong" ? `${text}.` : `${found}, ${expected}.`;
    this.#failure ??= { code, what, offset };
    return undefined;
  }

  /** Remembers where the text says what lies below `key` of a part of the tree. */
  mark(holder: object, key: string | number, offset: number): void {
    const places = this.#marks.get(holder) ?? new Map<string, number>();
    this.#marks.set(holder, places.set(String(key), offset));
  }

  /** The nearest place known on the way to the path. */
  offsetOf(rule: Rule, path: readonly string[]): number {
    let offset = this.#tokens[0]?.offset ?? 0;
    let part: unknown = rule;
    for (const step of path) {
      if (typeof part !== "object" || part === null) break;
      offset = this.#marks.get(part)?.get(step) ?? offset;
      part = (part as Readonly<Record<string, unknown>>)[step];
    }
    return offset;
  }

  leaf(): Leaf | undefined {
    if (this.take("has")) return this.#marked((fact) => ({ has: { fact } }));
    if (this.isNext("in")) return this.#audience();
    return this.next.kind === "number" ? this.#chain() : this.#marked((fact) => this.#condition(fact));
  }

  /** A fact's name, and the leaf that is made of it. */
  #marked(make: (fact: string) => Leaf | undefined): Leaf | undefined {
    const { kind, text, value, offset } = this.next;
    if (kind === "word" && ruleWords.has(text)) {
      return this.fail(`expected a condition; a fact of this name is written \`${text}\``);
    }
    if (kind !== "word" && kind !== "name") return this.fail("expected a fact, has, in audience, not or (");
    this.#place++;
    const leaf = make(String(value));
    if (leaf) this.#markBody(leaf, "fact", offset);
    return leaf;
  }

  #markBody(leaf: Leaf, key: string, offset: number): void {
    this.mark(Object.values(leaf)[0] as object, key, offset);
  }

  #audience(): Leaf | undefined {
    this.take("in");
    if (!this.take("audience")) return this.fail("expected audience; a list of choices stands after its fact");
    const { offset } = this.next;
    const code = this.#text();
    if (code === undefined) return undefined;
    const leaf: Leaf = { audience: { code } };
    this.#markBody(leaf, "code", offset);
    return leaf;
  }

  /** `3 < visits <= 5`: two ends, of which one at least is not included. */
  #chain(): Leaf | undefined {
    const low = this.next;
    this.#place++;
    const lower = this.isNext("<") ? "above" : "atLeast";
    if (!this.take("<") && !this.take("<="))
      return this.fail("expected < or <= after a number that begins a condition");
    return this.#marked((fact) => {
      const between = { fact, [lower]: Number(low.value) };
      this.mark(between, lower, low.offset);
      if (!this.isNext("<", "<=")) return { between };
      const upper = this.isNext("<") ? "below" : "atMost";
      this.#place++;
      const high = this.#value("number");
      if (!high) return undefined;
      const both = { ...between, [upper]: Number(high.value) };
      this.mark(both, lower, low.offset);
      this.mark(both, upper, high.offset);
      return { between: both };
    });
  }

  #condition(fact: string): Leaf | undefined {
    const { text } = this.next;
    if (!this.isNext("=", "!=", "<", "<=", ">", ">=", "between", "from", "until", "not", "within", "in", "contains")) {
      return { equals: { fact, value: true } };
    }
    const unequal = `expected not before the condition: not ${shownFact(fact)} = …, which holds of an unknown fact, too`;
    if (text === "!=") return this.fail(unequal);
    this.#place++;
    if (text === "<" && this.isNext(">")) return this.fail(unequal);
    if (text === "=" && this.isNext("=")) return this.fail("expected one = alone");
    switch (text) {
      case "=":
        return this.#equals(fact);
      case "between":
        return this.#between(fact);
      case "from":
      case "until":
        return this.#fromUntil(fact, text);
      case "in":
      case "contains":
        return text === "in" ? this.#oneOf(fact) : this.#contains(fact);
      case "not":
        return this.take("within")
          ? this.#withinLast(fact, true)
          : this.fail("expected within after not; else not stands before the fact");
      case "within":
        return this.#withinLast(fact, false);
      default:
        return this.#compared(fact, text);
    }
  }

  #equals(fact: string): Leaf | undefined {
    const { text, offset } = this.next;
    const isBoolean = this.isNext("true", "false");
    if (isBoolean) this.#place++;
    const value = isBoolean ? text === "true" : this.#value("number", "day", "instant", "text")?.value;
    return value === undefined ? undefined : this.#withMarks({ equals: { fact, value } }, { value: offset });
  }

  #compared(fact: string, symbol: string): Leaf | undefined {
    const value = this.#value("number", "day", "instant");
    if (!value) return undefined;
    const { kind, offset } = value;
    const isLower = symbol.startsWith(">");
    if (kind === "number") {
      const end = symbol === ">=" ? "atLeast" : symbol === ">" ? "above" : symbol === "<=" ? "atMost" : "below";
      return this.#withMarks({ between: { fact, [end]: Number(value.value) } }, { [end]: offset });
    }
    // The end of days is included, that of instants is not: other signs would promise what the tree cannot say.
    const allowed = kind === "day" ? [">=", "<="] : [">=", "<"];
    if (!allowed.includes(symbol)) {
      this.#place--;
      return this.fail(`expected ${allowed.join(" or ")} before ${kind === "day" ? "a day" : "an instant"}`);
    }
    const end = isLower ? "from" : "to";
    return this.#withMarks({ dateBetween: { fact, [end]: String(value.value) } }, { [end]: offset });
  }

  #between(fact: string): Leaf | undefined {
    if (this.next.kind === "instant")
      return this.fail("expected from … until … for instants, since the end does not count");
    const low = this.#value("number", "day");
    if (!low) return undefined;
    if (!this.take("and")) return this.fail("expected and");
    const high = this.#value(low.kind === "day" ? "day" : "number");
    if (!high) return undefined;
    if (low.kind === "day") {
      const marks = { from: low.offset, to: high.offset };
      return this.#withMarks({ dateBetween: { fact, from: String(low.value), to: String(high.value) } }, marks);
    }
    const marks = { atLeast: low.offset, atMost: high.offset };
    return this.#withMarks({ between: { fact, atLeast: Number(low.value), atMost: Number(high.value) } }, marks);
  }

  #fromUntil(fact: string, word: "from" | "until"): Leaf | undefined {
    const first = this.#value("instant", "text", "day");
    if (!first) return undefined;
    const hasEnd = word === "from" && this.take("until");
    const second = hasEnd ? this.#value("instant", "text", "day") : undefined;
    if (hasEnd && !second) return undefined;
    if (first.kind === "day" && (second ?? first).kind === "day") {
      this.#place--;
      return this.fail("expected between … and …, >= or <= for days");
    }
    const end = word === "from" ? "from" : "to";
    const one = { fact, [end]: String(first.value) };
    if (!second) return this.#withMarks({ dateBetween: one }, { [end]: first.offset });
    const both = { ...one, to: String(second.value) };
    return this.#withMarks({ dateBetween: both }, { from: first.offset, to: second.offset });
  }

  #withinLast(fact: string, isNegated: boolean): Leaf | undefined {
    if (!this.take("last")) return this.fail("expected last");
    const days = this.#value("number");
    if (!days) return undefined;
    if (!this.take("days") && !this.take("day")) return this.fail("expected days");
    const body = { fact, days: Number(days.value) };
    return this.#withMarks(isNegated ? { notWithinLast: body } : { withinLast: body }, { days: days.offset });
  }

  #oneOf(fact: string): Leaf | undefined {
    const { offset } = this.next;
    const choices = this.#list();
    return choices && this.#withMarks({ oneOf: { fact, choices } }, { choices: offset });
  }

  #contains(fact: string): Leaf | undefined {
    const { offset } = this.next;
    if (!this.take("any")) {
      const choice = this.#text();
      return choice === undefined
        ? undefined
        : this.#withMarks({ contains: { fact, choices: [choice] } }, { choices: offset });
    }
    const choices = this.#list();
    return choices && this.#withMarks({ contains: { fact, choices } }, { choices: offset });
  }

  #list(): string[] | undefined {
    if (!this.take("[")) return this.fail('expected a list: ["gold", "platinum"]');
    const items: string[] = [];
    while (!this.isNext("]")) {
      if (items.length > 0 && !this.take(",")) return this.fail("expected , or ]");
      this.mark(items, items.length, this.next.offset);
      const text = this.#text();
      if (text === undefined) return undefined;
      items.push(text);
    }
    this.take("]");
    return items;
  }

  #text(): string | undefined {
    const token = this.#value("text");
    return token && String(token.value);
  }

  /** The next token, if it is of one of the kinds. */
  #value(...kinds: readonly Times[]): Token | undefined {
    const token = this.next;
    if ((kinds as readonly string[]).includes(token.kind)) {
      this.#place++;
      return token;
    }
    const names = kinds.map((kind) => kindNames[kind]);
    const isQuoted = token.kind === "text" && kinds.some((kind) => kind !== "text" && kind === kindOf(token.value));
    const hint = isQuoted ? `; it stands without quotes: ${token.value}` : "";
    return this.fail(`expected ${names.join(", ")}${token.kind === "word" ? "; a text stands in quotes" : hint}`);
  }

  #withMarks(leaf: Leaf, marks: Readonly<Record<string, number>>): Leaf {
    for (const [key, offset] of Object.entries(marks)) this.#markBody(leaf, key, offset);
    return leaf;
  }
}

/** What a text would be without its quotes. */
function kindOf(text: string | number): Token["kind"] | undefined {
  const [first, second] = tokensOf(String(text).slice(0, 60));
  return second?.kind === "end" ? first?.kind : undefined;
}

function shownFact(fact: string): string {
  return /^[A-Za-z_][\w.]*$/.test(fact) && fact.length <= 60 && !ruleWords.has(fact.toLowerCase()) ? fact : "it";
}

const kindNames: Readonly<Record<Times, string>> = {
  number: "a number",
  day: "a day (2026-06-01)",
  instant: "an instant (2026-06-01T08:00:00+08:00)",
  text: 'a text ("gold")',
};
