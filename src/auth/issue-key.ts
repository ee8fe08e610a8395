import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { KeyDigests, makeKey } from "./api-key-secret";
import type { ApiKeyRow } from "./auth.queries";
import { apiKeys } from "./auth.tables";
import { actorIdOf, type PartnerScope } from "./core/actor";

/** A key with its secret, `prefix.secret`: the only time that anybody sees it. */
export interface IssuedKey {
  readonly apiKey: ApiKeyRow;
  readonly secret: string;
}

export interface KeyToIssue {
  readonly partnerId: string;
  readonly name: string;
  readonly scopes: readonly PartnerScope[];
  readonly expiresAt: Date;
  readonly rotatedFrom: string | null;
  readonly action: "createApiKey" | "rotateApiKey";
}

/** The step that making and rotating a key share: the row and its audit entry, in the caller's transaction. */
export async function issueKey(tx: Tx, work: Work, { action, ...wanted }: KeyToIssue): Promise<IssuedKey> {
  const fresh = makeKey();
  const apiKey: ApiKeyRow = {
    ...wanted,
    scopes: [...new Set(wanted.scopes)],
    prefix: fresh.prefix,
    secretHmac: new KeyDigests(work.services.masterKey).of(fresh),
    createdAt: work.now,
    createdBy: actorIdOf(work.actor) ?? "",
    revokedAt: null,
    lastUsedAt: null,
  };
  await tx.insert(apiKeys).values(apiKey);
  await recordChange(tx, work, {
    stream: `partner:${apiKey.partnerId}`,
    action,
    resource: `ApiKey:${apiKey.prefix}`,
    after: auditedKey(apiKey),
    event: {
      type: `api_key.${action === "createApiKey" ? "created" : "rotated"}`,
      payload: { prefix: apiKey.prefix, partnerId: apiKey.partnerId },
    },
  });
  return { apiKey, secret: `${fresh.prefix}.${fresh.secret}` };
}

/** A key as the audit log tells of it: all but the HMAC of its secret, and but its use. */
export function auditedKey({ prefix, partnerId, name, scopes, expiresAt, revokedAt, rotatedFrom }: ApiKeyRow) {
  return { prefix, partnerId, name, scopes, expiresAt, revokedAt, rotatedFrom };
}
