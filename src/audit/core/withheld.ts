import type { Actor } from "../../auth/core/actor";
import { allows } from "../../auth/core/policy";
import type { Action } from "../../auth/core/policy.table";

/** What entries about a type hold that not everyone who reads the log may see, with the row of the policy that decides. */
const confidential: Readonly<Record<string, { readonly fields: readonly string[]; readonly action: Action }>> = {
  Program: { fields: ["valueMinor", "valuePoints"], action: "Program.valuePerPoint" },
};

export const withheld = "(withheld)";

/**
 * The content of an entry as the reader may see it. That a confidential field stands there is shown, its value is not;
 * whether a change touched it is said only to who sees both values. `resource` is `Type:<id>`.
 */
export function withoutConfidential(reader: Actor, resource: string, content: unknown): unknown {
  const rule = confidential[resource.split(":")[0] ?? ""];
  if (!rule || !isRecord(content) || allows(reader, rule.action)) return content;
  return Object.fromEntries(
    Object.entries(content).map(([field, value]) => [field, rule.fields.includes(field) ? withheld : value]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
