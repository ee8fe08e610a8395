import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import type { ActorRow } from "./auth.queries";
import { actors } from "./auth.tables";
import { actorIdOf } from "./core/actor";
import { auditedActor } from "./register-actor";

export interface ActorToDisable {
  readonly actorId: string;
  readonly reason?: string | null;
}

/** Keeps an actor out, on every server within five seconds. Disabling it again changes nothing. */
export async function disableActor(work: Work, input: ActorToDisable): Promise<Result<ActorRow>> {
  const denied = refusalFor(work, "disableActor", {}, "The actor");
  if (denied) return denied;
  if (input.actorId === actorIdOf(work.actor)) {
    return refuse("WRONG_STATE", "You cannot disable yourself; let somebody else do it.", ["input", "id"]);
  }
  return inTransaction(work.database.app, async (tx) => {
    const [before] = await tx.select().from(actors).where(eq(actors.actorId, input.actorId)).for("update");
    if (!before) return refuse("NOT_FOUND", "The actor was not found.", ["input", "id"]);
    if (before.disabledAt !== null) return done(before);
    const after: ActorRow = { ...before, disabledAt: work.now };
    await tx.update(actors).set({ disabledAt: work.now }).where(eq(actors.actorId, input.actorId));
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "disableActor",
      resource: `Actor:${before.actorId}`,
      before: auditedActor(before),
      after: auditedActor(after),
      reason: input.reason,
      event: { type: "actor.disabled", payload: { actorId: before.actorId } },
    });
    return done(after);
  });
}
