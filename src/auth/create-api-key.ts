import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { partnerExists } from "../merchants/merchants.queries";
import type { PartnerScope } from "./core/actor";
import { expiryRefusals, keyNameRefusals, scopeRefusals } from "./core/api-key";
import { issueKey, type IssuedKey } from "./issue-key";

export interface NewApiKey {
  /** Null where the caller named none. */
  readonly partnerId: string | null;
  readonly name: string;
  readonly scopes: readonly PartnerScope[];
  readonly expiresAt: Date;
}

/** Makes a key for a partner's own servers. */
export async function createApiKey(work: Work, input: NewApiKey): Promise<Result<IssuedKey>> {
  const denied = refusalFor(work, "createApiKey", { partnerId: input.partnerId }, "The partner");
  if (denied) return denied;
  const { partnerId } = input;
  if (partnerId === null || !(await partnerExists(work.database.app, partnerId))) {
    return refuse("NOT_FOUND", "The partner was not found.", ["input", "partnerId"]);
  }
  const refusals = [
    ...keyNameRefusals(input.name, ["input", "name"]),
    ...scopeRefusals(work.actor, input.scopes, ["input", "scopes"]),
    ...expiryRefusals(work.now, input.expiresAt, ["input", "expiresAt"]),
  ];
  if (refusals.length > 0) return refuseAll(refusals);
  return inTransaction(work.database.vault, async (tx) =>
    done(await issueKey(tx, work, { ...input, partnerId, rotatedFrom: null, action: "createApiKey" })),
  );
}
