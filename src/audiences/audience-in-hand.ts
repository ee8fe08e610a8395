import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import { audienceById, type AudienceRow } from "./audiences.queries";

/**
 * The first step of every command on one audience: finds it and refuses who may not. An audience never changes its
 * owner, so nothing needs a lock.
 */
export async function audienceInHand(work: Work, action: Action, audienceId: string): Promise<Result<AudienceRow>> {
  const audience = await audienceById(work.database.app, audienceId);
  const denied = refusalFor(work, action, { partnerId: audience?.partnerId }, "The audience");
  if (denied) return denied;
  if (!audience) return refuse("NOT_FOUND", "The audience was not found.", ["input", "audienceId"]);
  return done(audience);
}
