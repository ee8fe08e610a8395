import type { RequestContext } from "../context";
import { nobody } from "../kernel/ids";
import type { NodeType } from "./global-id";

/**
 * The raw id behind a global id in a filter or an input; null where none was given. An id that does not open for this
 * caller, or is of another type, becomes the nil uuid, which no row has: it names nothing, and nobody learns why.
 */
export function idOrNobody(
  context: Pick<RequestContext, "ids">,
  type: NodeType,
  globalId: string | null | undefined,
): string | null {
  if (!globalId) return null;
  return context.ids.openAs(type, globalId)?.id ?? nobody;
}

/** The same for an id that is required. */
export function rawId(context: Pick<RequestContext, "ids">, type: NodeType, globalId: string): string {
  return context.ids.openAs(type, globalId)?.id ?? nobody;
}
