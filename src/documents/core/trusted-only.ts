import type { ActorKind } from "../../auth/core/actor";

/** Who may send registered documents only. */
export interface TrustedOnly {
  readonly kinds: ReadonlySet<ActorKind>;
  /** The `azp` or `client_id` of tokens; of an API key `key:<prefix>`. */
  readonly clients: ReadonlySet<string>;
}

const kinds: readonly ActorKind[] = ["anonymous", "member", "partner", "service", "staff"];

/** Reads `member,client:app-ios`. Undefined where an entry is neither a kind of actor nor a client. */
export function readTrustedOnly(text: string): TrustedOnly | undefined {
  const entries = text.split(",").map((entry) => entry.trim());
  const clients = entries.filter((entry) => /^client:\S+$/.test(entry)).map((entry) => entry.slice("client:".length));
  const named = kinds.filter((kind) => entries.includes(kind));
  const known = entries.every((entry) => /^client:\S+$/.test(entry) || named.some((kind) => kind === entry));
  return known ? { kinds: new Set(named), clients: new Set(clients) } : undefined;
}

/** True where the caller may not send documents of its own. `client` is what its credentials were issued to. */
export function mustBeTrusted(
  { kinds, clients }: TrustedOnly,
  caller: { readonly kind: ActorKind; readonly client: string | undefined },
): boolean {
  return kinds.has(caller.kind) || (caller.client !== undefined && clients.has(caller.client));
}
