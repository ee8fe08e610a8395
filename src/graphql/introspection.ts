import { Kind, visit, type DocumentNode } from "graphql";
import type { ActorKind } from "../auth/core/actor";
import type { Introspection } from "../config";

interface Introspected {
  /** `__schema` is asked anywhere in the document. */
  readonly schema: boolean;
  /** The response keys under which `__type` is asked. */
  readonly typeKeys: readonly string[];
}

const seen = new WeakMap<DocumentNode, Introspected>();

/** What a document asks of the schema itself. Looked for once per document. */
export function introspected(document: DocumentNode): Introspected {
  const known = seen.get(document);
  if (known) return known;
  let schema = false;
  const typeKeys = new Set<string>();
  visit(document, {
    [Kind.FIELD]: ({ name, alias }) => {
      if (name.value === "__schema") schema = true;
      if (name.value === "__type") typeKeys.add((alias ?? name).value);
    },
  });
  const found = { schema, typeKeys: [...typeKeys] };
  seen.set(document, found);
  return found;
}

export function mayIntrospect(policy: Introspection, actor: ActorKind): boolean {
  return policy === "everyone" || (policy === "authenticated" && actor !== "anonymous");
}

/**
 * To those who may not introspect every type is as good as absent: `__type` answers null, as for a name that does not
 * exist. `__type` is a field of the root alone, so its keys are keys of `data`.
 */
export function hideTypes(data: Record<string, unknown> | null | undefined, document: DocumentNode): void {
  if (!data) return;
  for (const key of introspected(document).typeKeys) {
    if (key in data) data[key] = null;
  }
}
