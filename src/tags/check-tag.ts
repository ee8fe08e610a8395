import { allows } from "../auth/core/policy";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { done, refuse, type Result } from "../kernel/result";
import { readTagValue, type TagValue, type WrittenTagValue } from "./core/tag";
import type { TagDefinitionRow } from "./tags.queries";

/** One tag as a caller wants it. */
export interface WantedTag {
  readonly code: string;
  readonly value: WrittenTagValue;
  /** When the fact was true at its source; now where absent. */
  readonly observedAt: Date | null;
}

/** The definition, where the caller is a source of the tag. One that it may not see is passed as undefined. */
export function writableTag(
  work: Work,
  action: Action,
  code: string,
  definition: TagDefinitionRow | undefined,
  path: readonly string[],
): Result<TagDefinitionRow> {
  if (!definition) return refuse("UNKNOWN_TAG", `No tag has the code ${JSON.stringify(code)}.`, [...path, "code"]);
  if (!allows(work.actor, action, { partnerId: definition.sourcePartnerId })) {
    return refuse("TAG_NOT_WRITABLE", `The tag "${code}" is written by its source alone.`, [...path, "code"]);
  }
  return done(definition);
}

/** The value to store, or why the tag cannot be written. */
export function checkTag(
  work: Work,
  action: Action,
  wanted: WantedTag,
  definition: TagDefinitionRow | undefined,
  path: readonly string[],
): Result<{ value: TagValue; observedAt: Date }> {
  const writable = writableTag(work, action, wanted.code, definition, path);
  if (!writable.ok) return writable;
  if (writable.value.status !== "ACTIVE") {
    const message = `The tag "${wanted.code}" is RETIRED, expected ACTIVE.`;
    return refuse("WRONG_STATE", message, [...path, "code"]);
  }
  const observedAt = wanted.observedAt ?? work.now;
  if (observedAt > work.now) {
    // It would keep every later value away until that instant has come.
    const message = `observedAt is ${observedAt.toISOString()}, expected an instant not after ${work.now.toISOString()}.`;
    return refuse("INVALID_INPUT", message, [...path, "observedAt"]);
  }
  const value = readTagValue(writable.value, wanted.value, [...path, "value"]);
  return value.ok ? done({ value: value.value, observedAt }) : value;
}
