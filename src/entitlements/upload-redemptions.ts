import type { Work } from "../context";
import { grantRefusal } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import { redeemEntitlement, type EntitlementToUse } from "./redeem-entitlement";
import type { UsedEntitlement } from "./use-entitlement";

export const mostUploadedLines = 200;

/**
 * Uses that a terminal kept while it was offline: each line by itself, in the order in which they occurred, so that the
 * earlier of two takes the last unit. What one line comes to changes nothing of the others, and all may be sent again.
 */
export async function uploadRedemptions(
  work: Work,
  lines: readonly EntitlementToUse[],
): Promise<Result<readonly Result<UsedEntitlement>[]>> {
  const denied = grantRefusal(work, "uploadRedemptions");
  if (denied) return denied;
  if (lines.length > mostUploadedLines) {
    return refuse("TOO_MANY", `${lines.length} lines, expected at most ${mostUploadedLines}.`, ["input", "lines"]);
  }
  const answers = new Array<Result<UsedEntitlement>>(lines.length);
  const inOrder = lines.map((line, place) => ({ line, place }));
  inOrder.sort((a, b) => occurredAt(a.line, work) - occurredAt(b.line, work) || a.place - b.place);
  for (const { line, place } of inOrder) answers[place] = await redeemEntitlement(work, line);
  return done(answers);
}

const occurredAt = (line: EntitlementToUse, { now }: Work) => (line.occurredAt ?? now).getTime();
