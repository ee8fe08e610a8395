import type { RefusalCode } from "./refusal-codes";

/**
 * An expected refusal: the caller asked for something the domain says no to.
 *
 * Refusals are values, never exceptions, so that the type of a use case tells every way in which it can say no.
 * `message` is for a person and names the thing, its value and what was expected; it never holds personal data.
 * `path` points into the mutation's input (`["input", "terms", "reward"]`), where one part of it is to blame.
 */
export interface Refusal<Code extends RefusalCode = RefusalCode> {
  readonly code: Code;
  readonly message: string;
  readonly path?: readonly string[];
}

export type Result<Value, Code extends RefusalCode = RefusalCode> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusals: readonly Refusal<Code>[] };

export function done<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function refuse<Code extends RefusalCode>(
  code: Code,
  message: string,
  path?: readonly string[],
): { readonly ok: false; readonly refusals: readonly Refusal<Code>[] } {
  return { ok: false, refusals: [{ code, message, ...(path ? { path } : {}) }] };
}

export function refuseAll<Code extends RefusalCode>(
  refusals: readonly Refusal<Code>[],
): { readonly ok: false; readonly refusals: readonly Refusal<Code>[] } {
  return { ok: false, refusals };
}
