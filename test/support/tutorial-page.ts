import fs from "node:fs";

/** One document of the page with what it answers, once or several times in a row. */
export interface Exchange {
  /** The heading it stands under. */
  readonly heading: string;
  readonly line: number;
  /** Who asks: a name of the command line's `token`, or `key:` and the placeholder of an API key. */
  readonly as: string;
  /** The request's Accept-Language; undefined where the page names none. */
  readonly language: string | undefined;
  readonly document: string;
  /** As they stand on the page, with placeholders. */
  readonly variables: unknown;
  /** More than one where the page asks the same again. */
  readonly answers: readonly unknown[];
}

export interface Page {
  readonly exchanges: readonly Exchange[];
  /** Every line of the page's shell blocks. */
  readonly shellLines: readonly { readonly line: number; readonly text: string }[];
}

interface Fence {
  readonly heading: string;
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

type OpenExchange = { -readonly [Key in keyof Exchange]: Exchange[Key] } & { answers: unknown[] };

/**
 * Reads the fences of a Markdown page: `graphql as=NAME [lang=TAG]`, then `json variables` (or none), then `json answer`,
 * then any number of `json answer again`; `sh` anywhere. Throws at any other fence, so that nothing on the page is left
 * untried by a slip of the pen.
 */
export function readPage(file: string): Page {
  const exchanges: OpenExchange[] = [];
  const shellLines: { line: number; text: string }[] = [];
  for (const fence of fencesOf(fs.readFileSync(file, "utf8"))) {
    const kind = [fence.language, ...fence.words.filter((word) => !word.includes("="))].join(" ");
    const last = exchanges.at(-1);
    if (kind === "graphql") exchanges.push(exchangeOf(fence));
    else if (kind === "json variables" && last?.answers.length === 0) last.variables = JSON.parse(fence.text);
    else if (kind === "json answer" && last?.answers.length === 0) last.answers.push(JSON.parse(fence.text));
    else if (kind === "json answer again" && last?.answers.length) last.answers.push(JSON.parse(fence.text));
    else if (kind === "sh") shellLines.push(...linesOf(fence));
    else throw new Error(`${file}:${fence.line}: a fence "${kind}" cannot stand here`);
  }
  return { exchanges, shellLines };
}

function exchangeOf({ heading, line, text, words }: Fence): OpenExchange {
  const as = valueOf(words, "as");
  if (as === undefined) throw new Error(`line ${line}: the document does not say who asks (as=NAME)`);
  return { heading, line, as, language: valueOf(words, "lang"), document: text, variables: {}, answers: [] };
}

function valueOf(words: readonly string[], name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function linesOf({ line, text }: Fence) {
  return text
    .split("\n")
    .flatMap((each, index) => (each.trim() ? [{ line: line + index + 1, text: each.trim() }] : []));
}

function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let heading = "";
  let open: { line: number; info: string; lines: string[] } | undefined;
  markdown.split("\n").forEach((text, index) => {
    if (open && text === "```") {
      const [language = "", ...words] = open.info.split(" ");
      fences.push({ heading, line: open.line, language, words, text: open.lines.join("\n") });
      open = undefined;
    } else if (open) open.lines.push(text);
    else if (text.startsWith("```")) open = { line: index + 1, info: text.slice(3).trim(), lines: [] };
    else if (text.startsWith("#")) heading = text.replace(/^#+ /, "");
  });
  if (open) throw new Error(`line ${open.line}: the fence is not closed`);
  return fences;
}

const placeholder = /\$[A-Z][A-Z0-9_]*/g;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * What the page's placeholders stand for. An answer gives `$BANK` its value where it first shows it; from then on it
 * means that value and nothing else. `$TIME` in an answer is any instant. Variables take what answers gave; `$NOW…`
 * is the instant at which it is first used.
 */
export class Placeholders {
  readonly #values = new Map<string, string>();

  get all(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** Variables with every placeholder replaced. Throws at one that no answer has shown. */
  fill<Value>(value: Value): Value {
    if (typeof value === "string") return value.replace(placeholder, (name) => this.#valueOf(name)) as Value;
    return mapInside(value, (inner) => this.fill(inner));
  }

  /** The page's answer with its placeholders replaced by what the real one has there; new ones are learnt from it. */
  learn(shown: unknown, real: unknown): unknown {
    if (shown === "$TIME") return typeof real === "string" && instant.test(real) ? real : shown;
    if (typeof shown === "string") return typeof real === "string" ? this.#match(shown, real) : shown;
    const inReal = (key: string) => (real as Record<string, unknown> | null | undefined)?.[key];
    return mapInside(shown, (inner, key) => this.learn(inner, inReal(key)));
  }

  #valueOf(name: string): string {
    const value = this.#values.get(name) ?? (name.startsWith("$NOW") ? new Date().toISOString() : undefined);
    if (value === undefined) throw new Error(`${name} is used before an answer shows it`);
    this.#values.set(name, value);
    return value;
  }

  #match(shown: string, real: string): string {
    const names = shown.match(placeholder) ?? [];
    const parts = shown.split(placeholder).map(escaped);
    const groups = names.map((name) => {
      const value = this.#values.get(name);
      return value === undefined ? "(.+)" : `(${escaped(value)})`;
    });
    const pattern = parts.map((part, index) => part + (groups[index] ?? "")).join("");
    const match = new RegExp(`^${pattern}$`, "s").exec(real);
    if (!match) return shown;
    names.forEach((name, index) => this.#values.set(name, match[index + 1] ?? ""));
    return real;
  }
}

function mapInside<Value>(value: Value, change: (inner: unknown, key: string) => unknown): Value {
  if (Array.isArray(value)) return value.map((inner, index) => change(inner, String(index))) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner, key)])) as Value;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
