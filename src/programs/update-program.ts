import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { reasonRefusals } from "../kernel/plain-text";
import { revisionRefusal } from "../kernel/revision";
import type { ProgramStatus } from "./core/program";
import { expiryColumns, termsRefusals, type ProgramTerms } from "./create-program";
import type { ProgramRow } from "./programs.queries";
import { programs } from "./programs.tables";
import { expiryOfRow } from "./terms-of-row";

export interface ProgramChange extends Partial<ProgramTerms> {
  readonly programId: string;
  /** The revision the caller read; another one means somebody changed the program since. */
  readonly revision: number;
  readonly status?: ProgramStatus;
  readonly reason?: string | null;
}

/** Changes what a program says of itself. What members earned before keeps the terms it was earned under. */
export async function updateProgram(work: Work, input: ProgramChange): Promise<Result<ProgramRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const [before] = await tx
      .select()
      .from(programs)
      .where(eq(programs.programId, input.programId))
      .for("no key update");
    const denied = refusalFor(work, "updateProgram", { partnerId: before?.issuerPartnerId }, "The program");
    if (denied) return denied;
    if (!before) return refuse("NOT_FOUND", "The program was not found.", ["input", "id"]);
    const stale = revisionRefusal("program", input.revision, before.revision);
    if (stale) return stale;
    if (before.status === "CLOSED") {
      return refuse("WRONG_STATE", "The program is CLOSED, expected ACTIVE.", ["input", "id"]);
    }
    const { programId, revision, reason, expiry, handling, ...changes } = input;
    const after: ProgramRow = {
      ...before,
      ...changes,
      ...(expiry ? expiryColumns(expiry) : {}),
      ...handling,
      revision: revision + 1,
      updatedAt: work.now,
    };
    const refusals = [
      ...termsRefusals({
        ...after,
        expiry: expiryOfRow(after),
        handling: after,
      }),
      ...reasonRefusals(reason),
    ];
    if (refusals.length > 0) return refuseAll(refusals);

    await tx.update(programs).set(after).where(eq(programs.programId, programId));
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "updateProgram",
      resource: `Program:${programId}`,
      before,
      after,
      reason,
      event: { type: "program.updated", payload: { programId, revision: after.revision } },
    });
    return done(after);
  });
}
