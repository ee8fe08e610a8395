import type { BenefitContent } from "../benefits/core/benefit";
import type { ChangeEvent } from "../audit/record-change";
import { plainTerms } from "../benefits/core/stored-terms";
import type { Tx } from "../db/client";
import { newId } from "../kernel/ids";
import type { GrantWay, Suspension } from "./core/entitlement";
import { entitlements } from "./entitlements.tables";

/** A benefit in the version under which it is granted. */
export interface BenefitToGrant {
  readonly benefitId: string;
  readonly version: number;
  readonly code: string;
  readonly content: BenefitContent;
  readonly quantity: number;
}

export interface Grant {
  readonly memberId: string;
  readonly way: GrantWay;
  /** What it comes of; the same source again grants nothing new. */
  readonly sourceId: string;
  /** For which time, half-open, and in which zone its periods are counted. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly timeZone: string;
  readonly now: Date;
  /** Reasons for which it rests from the start: the card is frozen. */
  readonly suspendedFor?: readonly Suspension[];
}

/**
 * Gives a member benefits, each with the terms of its version pinned, in the transaction of what they come of and under
 * the member's lock. Answers the events that this makes, to be recorded with the cause.
 */
export async function grantBenefits(tx: Tx, grant: Grant, benefits: readonly BenefitToGrant[]): Promise<ChangeEvent[]> {
  if (benefits.length === 0) return [];
  const { memberId, way, sourceId, validFrom, validUntil, timeZone, now } = grant;
  const suspendedFor = [...(grant.suspendedFor ?? [])];
  const written = await tx
    .insert(entitlements)
    .values(
      benefits.map(({ benefitId, version, code, content, quantity }) => ({
        ...{ memberId, entitlementId: newId(), benefitId, benefitCode: code, benefitVersion: version, quantity },
        ...{ terms: plainTerms(content.terms), kind: content.terms.kind, fulfilment: content.fulfilment },
        ...{ validFrom, validUntil, timeZone, way, sourceId, suspendedFor, grantedAt: now, stateSince: now },
        state: suspendedFor.length > 0 ? ("SUSPENDED" as const) : ("ACTIVE" as const),
      })),
    )
    .onConflictDoNothing()
    .returning({
      entitlementId: entitlements.entitlementId,
      benefitId: entitlements.benefitId,
      version: entitlements.benefitVersion,
    });
  return written.map((row) => ({
    type: "entitlement.granted",
    memberId,
    payload: { memberId, ...row, way, sourceId, validFrom, validUntil },
  }));
}
