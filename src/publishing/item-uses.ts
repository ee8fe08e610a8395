import type { ItemName } from "./item-kind";
import { done, refuse, type Result } from "../kernel/result";

/** Something that names a thing of the catalogue. */
export interface ItemUse {
  /** As in GraphQL: `RightsPackage`. */
  readonly type: ItemName;
  readonly id: string;
  readonly code: string;
}

const mostNamed = 10;

/** Refuses with IN_USE, naming the first users, where there are some. */
export function inUse(noun: string, uses: readonly ItemUse[]): Result<unknown> {
  if (uses.length === 0) return done(undefined);
  const named = uses.slice(0, mostNamed).map(({ type, code }) => `${type} "${code}"`);
  const more = uses.length > named.length ? ` and ${uses.length - named.length} more` : "";
  return refuse("IN_USE", `The ${noun} is named by ${named.join(", ")}${more}.`, ["input", "id"]);
}
