import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { RequestContext, Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { partnerExists } from "../merchants/merchants.queries";
import type { ActorRow } from "./auth.queries";
import { actors } from "./auth.tables";
import { registrationRefusals, subjectRefusals, type Registration } from "./core/registration";

export interface ActorToRegister {
  readonly issuer: string;
  readonly subject: string;
  /** Undefined where the caller said nothing that a subject could be. */
  readonly registration: Registration | undefined;
  readonly reason?: string | null;
}

/**
 * Says whom a token's (issuer, subject) stands for. A disabled actor may be registered anew, as something else too, and
 * keeps its id, so that whoever edited a version stays barred from approving it. A live one is refused: to change what
 * somebody may do, disable first, which leaves both steps in the audit log.
 */
export async function registerActor(
  work: Work & Pick<RequestContext, "loaders">,
  input: ActorToRegister,
): Promise<Result<ActorRow>> {
  const denied = refusalFor(work, "registerActor", {}, "The actor");
  if (denied) return denied;
  const { registration } = input;
  if (!registration) return refuse("INVALID_INPUT", "as says nothing, expected one of its fields.", ["input", "as"]);
  const refusals = [
    ...subjectRefusals(input.issuer, input.subject),
    ...registrationRefusals(registration),
    ...(await missing(work, registration)),
  ];
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    const fresh = actorRow(work, input, registration, newId());
    const [inserted] = await tx.insert(actors).values(fresh).onConflictDoNothing().returning();
    const subject = and(eq(actors.issuer, input.issuer), eq(actors.subject, input.subject));
    const [before] = inserted ? [] : await tx.select().from(actors).where(subject).for("update");
    if (before && before.disabledAt === null) {
      const message = `This subject of ${input.issuer} is registered as ${before.kind}; disable it first.`;
      return refuse("ALREADY_EXISTS", message, ["input", "subject"]);
    }
    const after = inserted ?? { ...fresh, actorId: before?.actorId ?? fresh.actorId };
    if (before) await tx.update(actors).set(after).where(subject);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "registerActor",
      resource: `Actor:${after.actorId}`,
      ...(before ? { before: auditedActor(before) } : {}),
      after: auditedActor(after),
      reason: input.reason,
      event: { type: "actor.registered", payload: { actorId: after.actorId } },
    });
    return done(after);
  });
}

function actorRow(
  work: Work,
  { issuer, subject }: ActorToRegister,
  registration: Registration,
  actorId: string,
): ActorRow {
  return {
    issuer,
    subject,
    actorId,
    kind: registration.kind,
    roles: registration.kind === "staff" ? [...new Set(registration.roles)] : [],
    partnerId: registration.kind === "partner" ? registration.partnerId : null,
    scopes: registration.kind === "partner" ? [...new Set(registration.scopes)] : [],
    memberId: registration.kind === "member" ? registration.memberId : null,
    createdAt: work.now,
    disabledAt: null,
  };
}

/** An actor as the audit log tells of it: without its subject, since some issuers take people's mail addresses for it. */
export function auditedActor({ actorId, issuer, kind, roles, partnerId, scopes, memberId, disabledAt }: ActorRow) {
  return { actorId, issuer, kind, roles, partnerId, scopes, memberId, disabledAt };
}

/** No foreign key can say so: members live on other shards. */
async function missing(
  { database, loaders }: Pick<RequestContext, "database" | "loaders">,
  registration: Registration,
): Promise<Refusal[]> {
  if (registration.kind === "partner" && !(await partnerExists(database.app, registration.partnerId))) {
    return [
      { code: "NOT_FOUND", message: "The partner was not found.", path: ["input", "as", "partner", "partnerId"] },
    ];
  }
  if (registration.kind === "member" && !(await loaders.memberById.load(registration.memberId))) {
    return [{ code: "NOT_FOUND", message: "The member was not found.", path: ["input", "as", "member"] }];
  }
  return [];
}
