import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import type { ApiKeyRow } from "./auth.queries";
import { apiKeys } from "./auth.tables";
import { auditedKey } from "./issue-key";

export interface KeyRevocation {
  readonly prefix: string;
  readonly reason?: string | null;
}

/** Ends a key for good, on every server within five seconds. Revoking it again changes nothing. */
export async function revokeApiKey(work: Work, input: KeyRevocation): Promise<Result<ApiKeyRow>> {
  return inTransaction(work.database.vault, async (tx) => {
    const [before] = await tx.select().from(apiKeys).where(eq(apiKeys.prefix, input.prefix)).for("update");
    const denied = refusalFor(work, "revokeApiKey", { partnerId: before?.partnerId }, "The key");
    if (denied) return denied;
    if (!before) return refuse("NOT_FOUND", "The key was not found.", ["input", "prefix"]);
    if (before.revokedAt !== null) return done(before);
    const after: ApiKeyRow = { ...before, revokedAt: work.now };
    await tx.update(apiKeys).set({ revokedAt: work.now }).where(eq(apiKeys.prefix, input.prefix));
    await recordChange(tx, work, {
      stream: `partner:${before.partnerId}`,
      action: "revokeApiKey",
      resource: `ApiKey:${before.prefix}`,
      before: auditedKey(before),
      after: auditedKey(after),
      reason: input.reason,
      event: { type: "api_key.revoked", payload: { prefix: before.prefix, partnerId: before.partnerId } },
    });
    return done(after);
  });
}
