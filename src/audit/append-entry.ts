import type { Actor } from "../auth/core/actor";
import type { Queryable } from "../db/client";

export interface AuditEntry {
  /** `catalogue`, `member:<id>` or `partner:<id>`: which chain the entry belongs to. */
  readonly stream: string;
  readonly actor: Actor;
  /** The operation as the API names it. */
  readonly action: string;
  /** `Merchant:<uuid>`. */
  readonly resource: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
  readonly now: Date;
}

/** Appends one entry to its chain, in the caller's transaction; the chain's head row is locked until that ends. */
export async function appendAuditEntry(tx: Queryable, entry: AuditEntry): Promise<void> {
  void tx;
  void entry;
  throw new Error("not built yet");
}
