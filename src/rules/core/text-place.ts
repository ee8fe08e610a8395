import type { Refusal } from "../../kernel/result";
import type { RuleRefusalCode } from "./findings";

/** A refusal of a text: the message ends with the line and a caret below the place. */
export interface TextRefusal extends Refusal<RuleRefusalCode> {
  /** From 1. */
  readonly line: number;
  /** Characters (code points) from 1. */
  readonly column: number;
}

/** Characters of a long line that are shown on either side of the place. */
const reach = 40;

/** `what` says what is wrong at `offset` (UTF-16 units). */
export function refusalAt(
  text: string,
  offset: number,
  code: RuleRefusalCode,
  what: string,
  at: readonly string[] = [],
): TextRefusal {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  const end = text.indexOf("\n", offset);
  const line = before.split("\n").length;
  const left = Array.from(text.slice(start, offset));
  const right = Array.from(text.slice(offset, Math.min(end < 0 ? text.length : end, offset + 2 * reach)));
  const shownLeft = left.length > reach ? `…${left.slice(-reach).join("")}` : left.join("");
  const shownRight = right.length > reach ? `${right.slice(0, reach).join("")}…` : right.join("");
  const excerpt = oneLine(`${shownLeft}${shownRight}`);
  const caret = `${" ".repeat(Array.from(shownLeft).length)}^`;
  const column = left.length + 1;
  return { code, message: `Line ${line}, column ${column}: ${what}\n  ${excerpt}\n  ${caret}`, path: at, line, column };
}

/** Halves of surrogate pairs and control characters would break the answer, or the line. */
function oneLine(text: string): string {
  return text.trimEnd().replace(/[\p{Cc}\p{Surrogate}]/gu, " ");
}
