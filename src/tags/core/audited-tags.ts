import { withheld } from "../../audit/core/withheld";
import { canonicalJson } from "../../kernel/canonical-json";
import type { Sensitivity, TagValue } from "./tag";

type Values = ReadonlyMap<string, TagValue>;

/**
 * Tags that were written or taken away as the audit log tells of them: by code, with their values before and after where
 * the definition lets them be told. Of personal and sensitive tags, and of those whose definition is not given, only
 * that there was a value, and whether it changed: the log is kept forever, and nothing can be erased from it.
 */
export function auditedTags(
  definitions: ReadonlyMap<string, { readonly sensitivity: Sensitivity }>,
  before: Values,
  after: Values,
) {
  const codes = [...new Set([...before.keys(), ...after.keys()])].sort();
  const told = (values: Values) =>
    Object.fromEntries(
      codes.flatMap((code) => {
        const value = values.get(code);
        return value === undefined ? [] : [[code, mayBeTold(definitions.get(code)?.sensitivity) ? value : withheld]];
      }),
    );
  const changed = codes.filter(
    (code) => canonicalJson(before.get(code) ?? null) !== canonicalJson(after.get(code) ?? null),
  );
  return { before: { tags: told(before) }, after: { tags: told(after), changed } };
}

function mayBeTold(sensitivity: Sensitivity | undefined): boolean {
  return sensitivity === "PUBLIC" || sensitivity === "INTERNAL";
}
