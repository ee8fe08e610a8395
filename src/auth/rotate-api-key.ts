import { and, eq, or } from "drizzle-orm";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import type { ApiKeyRow } from "./auth.queries";
import { apiKeys } from "./auth.tables";
import { expiryRefusals, keyStateAt, sameLifeFrom, scopeRefusals } from "./core/api-key";
import { issueKey, type IssuedKey } from "./issue-key";

export interface KeyRotation {
  readonly prefix: string;
  /** Absent: as long from now as the old key was made for. */
  readonly expiresAt?: Date | null;
}

/**
 * Makes a second key with the name and scopes of the first. Both live until the first is revoked or expires, so that
 * servers change over one by one; a third is refused while two live.
 */
export async function rotateApiKey(work: Work, input: KeyRotation): Promise<Result<IssuedKey>> {
  return inTransaction(work.database.vault, async (tx) => {
    // The lock makes two rotations of one key follow each other, so that the second sees the first one's key.
    const [key] = await tx.select().from(apiKeys).where(eq(apiKeys.prefix, input.prefix)).for("update");
    const denied = refusalFor(work, "rotateApiKey", { partnerId: key?.partnerId }, "The key");
    if (denied) return denied;
    if (!key) return refuse("NOT_FOUND", "The key was not found.", ["input", "prefix"]);
    const state = keyStateAt(work.now, key);
    if (state !== "LIVE") {
      return refuse("WRONG_STATE", `The key ${key.prefix} is ${state}, expected LIVE.`, ["input", "prefix"]);
    }
    const other = await liveNeighbour(tx, key, work.now);
    if (other) {
      const message = `The key ${key.prefix} lives beside ${other.prefix} already; revoke one of them first.`;
      return refuse("WRONG_STATE", message, ["input", "prefix"]);
    }
    const expiresAt = input.expiresAt ?? sameLifeFrom(work.now, key);
    const refusals = [
      ...scopeRefusals(work.actor, key.scopes, ["input", "prefix"]),
      ...expiryRefusals(work.now, expiresAt, ["input", "expiresAt"]),
    ];
    if (refusals.length > 0) return refuseAll(refusals);
    const { partnerId, name, scopes } = key;
    return done(
      await issueKey(tx, work, {
        partnerId,
        name,
        scopes,
        expiresAt,
        rotatedFrom: key.prefix,
        action: "rotateApiKey",
      }),
    );
  });
}

/** The key this one was made from, or the one made from it, where it lives. */
async function liveNeighbour(tx: Tx, key: ApiKeyRow, now: Date): Promise<ApiKeyRow | undefined> {
  const neighbours = await tx
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.partnerId, key.partnerId),
        or(eq(apiKeys.rotatedFrom, key.prefix), key.rotatedFrom ? eq(apiKeys.prefix, key.rotatedFrom) : undefined),
      ),
    );
  return neighbours.find((neighbour) => keyStateAt(now, neighbour) === "LIVE");
}
