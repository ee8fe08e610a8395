/** The words of the text form. In capitals they mean the same; a fact of such a name is written between backticks. */
export const ruleWords = new Set([
  ...["and", "or", "not", "all", "any", "has", "in", "audience", "contains", "between"],
  ...["from", "until", "within", "last", "day", "days", "true", "false"],
]);

export type TokenKind = "word" | "name" | "text" | "number" | "day" | "instant" | "symbol" | "wrong" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As written; of `wrong` what is wrong with it. A word of the language is in lower case here. */
  readonly text: string;
  /** Of `name` and `text` what stands between the quotes, of `number` the number. */
  readonly value: string | number;
  /** UTF-16 units from the beginning of the text. */
  readonly offset: number;
}

/**
 * The tokens of a text, with `end` as the last. Each character is looked at a bounded number of times. What is no token
 * is `wrong`, and ends the list: it is an error where it stands, not before.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    while (isSpace(text[offset])) offset++;
    const token = offset < text.length ? tokenAt(text, offset) : { ...plain("end", "", offset), length: 0 };
    tokens.push(token);
    if (token.kind === "end" || token.kind === "wrong") return tokens;
    offset += token.length;
  }
}

type Found = Token & { readonly length: number };

function tokenAt(text: string, offset: number): Found {
  const first = text[offset] ?? "";
  if (first === '"' || first === "`") return quotedAt(text, offset, first);
  if (isLetter(first)) {
    const written = runAt(text, offset, (each) => isLetter(each) || isDigit(each) || each === ".");
    const lower = written.toLowerCase();
    return sized(plain("word", ruleWords.has(lower) ? lower : written, offset), written.length);
  }
  if (isDigit(first) || first === "-") {
    const grouped = groupedNumber.exec(text.slice(offset, offset + longestNumber))?.[0];
    if (grouped) return wrong(offset, `${grouped} is written without commas here, ${grouped.replaceAll(",", "")}`);
    return numericAt(
      runAt(text, offset, (each) => isLetter(each) || isDigit(each) || ".:+-".includes(each)),
      offset,
    );
  }
  const two = text.slice(offset, offset + 2);
  if (["<=", ">=", "!="].includes(two)) return sized(plain("symbol", two, offset), 2);
  if ("()[],=<>".includes(first)) return sized(plain("symbol", first, offset), 1);
  return wrong(offset, unexpected(text, offset));
}

/** Between quotes stand JSON's escapes; a line ends before its quotes do only where they were forgotten. */
function quotedAt(text: string, offset: number, quote: string): Found {
  let end = offset + 1;
  while (end < text.length && text[end] !== quote && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1;
  if (text[end] !== quote) return wrong(offset, `the ${quote} has no second one on the same line`);
  const value = unescaped(text.slice(offset + 1, end));
  if (value === undefined) {
    return wrong(
      offset,
      'between quotes, " and \\ are written \\" and \\\\, control characters as in JSON: \\n, \\u0007',
    );
  }
  return {
    kind: quote === '"' ? "text" : "name",
    text: text.slice(offset, end + 1),
    value,
    offset,
    length: end + 1 - offset,
  };
}

function unescaped(inside: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${inside}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Anchored and without nested repeats, so that matching is linear; and longer runs are not matched at all. */
const numberShape = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
/** Shapes alone: that a day exists and an hour is one is for the check, which says so in its place. */
export const dayShape = /^\d{4}-\d{2}-\d{2}$/;
export const instantShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
const longestNumber = 60;
/** `80,000`, as people write it; nothing else has digits after a comma, since lists hold texts. */
const groupedNumber = /^-?\d{1,3}(,\d{3})+(?![\d,])/;

function numericAt(written: string, offset: number): Found {
  const isShort = written.length <= longestNumber;
  if (isShort && dayShape.test(written)) return sized(plain("day", written, offset), written.length);
  if (isShort && instantShape.test(written)) return sized(plain("instant", written, offset), written.length);
  const number = isShort && numberShape.test(written) ? Number(written) : NaN;
  if (Number.isFinite(number)) return { ...plain("number", written, offset), value: number, length: written.length };
  const shownHere = isShort ? written : `${written.slice(0, longestNumber)}…`;
  const expected = "a number (3000, -0.5), a day (2026-06-01) or an instant (2026-06-01T08:00:00+08:00)";
  return wrong(offset, `${shownHere} is not ${expected}`);
}

function unexpected(text: string, offset: number): string {
  const point = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  if ("'‘’“”„«»＂".includes(point)) return `${point} does not quote here, write "…"`;
  if (point === "&" || point === "|") return `${JSON.stringify(point)} has no meaning here, write and, or`;
  if (point === "!") return "! has no meaning here, write not";
  return `${JSON.stringify(point)} has no meaning here`;
}

function runAt(text: string, offset: number, belongs: (character: string) => boolean): string {
  let end = offset;
  while (end < text.length && belongs(text[end] ?? "")) end++;
  return text.slice(offset, end);
}

/** Also the wide space of Chinese input methods, and the one that does not break. */
const isSpace = (character: string | undefined) => character !== undefined && " \t\r\n\u3000\u00a0".includes(character);
const isDigit = (character: string) => character >= "0" && character <= "9";
const isLetter = (character: string) =>
  (character >= "a" && character <= "z") || (character >= "A" && character <= "Z") || character === "_";

const plain = (kind: TokenKind, text: string, offset: number): Token => ({ kind, text, value: text, offset });
const sized = (token: Token, length: number): Found => ({ ...token, length });
const wrong = (offset: number, what: string): Found => sized(plain("wrong", what, offset), 0);
