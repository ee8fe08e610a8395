import { and, eq } from "drizzle-orm";
import type { Work } from "../context";
import { cardTokens } from "./cards.tables";

export interface TokenClaim {
  readonly token: string;
  /** The issuing partner; `nobody` for the operator. */
  readonly issuerId: string;
  readonly memberId: string;
  readonly cardId: string;
}

/**
 * Claims a token for a card, or answers whose it is already. A statement of its own, before the member's own rows: the
 * claim lies by the token and the card with its member, which may be on another node. A crash in between leaves the token
 * with the member and card that it was claimed for, which the same command repeated takes up.
 */
export async function claimToken(
  work: Pick<Work, "database" | "now">,
  claim: TokenClaim,
): Promise<{ readonly memberId: string; readonly cardId: string }> {
  const { app } = work.database;
  const claimed = await app
    .insert(cardTokens)
    .values({ ...claim, issuedAt: work.now })
    .onConflictDoNothing()
    .returning({ cardId: cardTokens.cardId });
  if (claimed.length === 1) return claim;
  const [owner] = await app.select().from(cardTokens).where(isToken(claim));
  // Released between the two statements: whoever released it had claimed it, so the claim is tried again.
  return owner ?? claimToken(work, claim);
}

/** Gives a token up that was claimed for a card which was refused. */
export async function releaseToken({ database }: Work, claim: TokenClaim): Promise<void> {
  await database.app.delete(cardTokens).where(and(isToken(claim), eq(cardTokens.cardId, claim.cardId)));
}

function isToken({ token, issuerId }: Pick<TokenClaim, "token" | "issuerId">) {
  return and(eq(cardTokens.token, token), eq(cardTokens.issuerId, issuerId));
}
