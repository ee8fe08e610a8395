import { and, asc, eq, notInArray, sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { reasonRefusals } from "../kernel/plain-text";
import { points } from "../kernel/points";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { revisionRefusal } from "../kernel/revision";
import { nameRefusals } from "../merchants/core/merchant";
import { ladderRefusals, type TierDefinition } from "./core/program";
import type { ProgramRow } from "./programs.queries";
import { memberTiers, programs, tiers } from "./programs.tables";

const maxTiers = 20;

export interface TierLadder {
  readonly programId: string;
  /** The program's revision that the caller read. */
  readonly revision: number;
  /** The whole ladder, lowest first; what is not in it is taken away, unless members hold it. */
  readonly tiers: readonly TierDefinition[];
  /** Why, for the audit log. */
  readonly reason?: string | null;
}

/** Sets the levels of a program as one ladder. */
export async function defineTiers(work: Work, input: TierLadder): Promise<Result<ProgramRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const [program] = await tx
      .select()
      .from(programs)
      .where(eq(programs.programId, input.programId))
      .for("no key update");
    const denied = refusalFor(work, "defineTiers", { partnerId: program?.issuerPartnerId }, "The program");
    if (denied) return denied;
    if (!program) return refuse("NOT_FOUND", "The program was not found.", ["input", "programId"]);
    const stale = revisionRefusal("program", input.revision, program.revision);
    if (stale) return stale;
    if (input.tiers.length > maxTiers) {
      return refuse("TOO_MANY", `tiers has ${input.tiers.length} entries, expected at most ${maxTiers}.`);
    }
    const refusals = [
      ...ladderRefusals(input.tiers),
      ...input.tiers.flatMap((tier, i) => nameRefusals(tier.name, ["input", "tiers", String(i), "name"])),
      ...reasonRefusals(input.reason),
    ];
    if (refusals.length > 0) return refuseAll(refusals);

    const kept = input.tiers.map((tier) => tier.code);
    const dropped = and(eq(tiers.programId, program.programId), notInArray(tiers.code, kept.length ? kept : [""]));
    const [held] = await tx
      .select({ code: tiers.code })
      .from(tiers)
      .innerJoin(memberTiers, and(eq(memberTiers.programId, tiers.programId), eq(memberTiers.tierCode, tiers.code)))
      .where(dropped)
      .limit(1);
    if (held) return refuse("IN_USE", `Members hold the tier "${held.code}", so it cannot be taken away.`);

    const before = await tx.select().from(tiers).where(eq(tiers.programId, program.programId)).orderBy(asc(tiers.rank));
    await tx.delete(tiers).where(dropped);
    for (const tier of input.tiers) {
      const row = { ...tier, threshold: points(tier.threshold), programId: program.programId };
      await tx
        .insert(tiers)
        .values(row)
        .onConflictDoUpdate({
          target: [tiers.programId, tiers.code],
          set: {
            rank: sql`excluded.rank`,
            name: sql`excluded.name`,
            basis: sql`excluded.basis`,
            threshold: sql`excluded.threshold`,
            periodMonths: sql`excluded.period_months`,
            downgrade: sql`excluded.downgrade`,
          },
        });
    }
    const after: ProgramRow = { ...program, revision: program.revision + 1, updatedAt: work.now };
    await tx.update(programs).set(after).where(eq(programs.programId, program.programId));
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "defineTiers",
      resource: `Program:${program.programId}`,
      before,
      after: input.tiers,
      reason: input.reason,
      event: { type: "program.tiers_defined", payload: { programId: program.programId, revision: after.revision } },
    });
    return done(after);
  });
}
