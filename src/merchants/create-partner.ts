import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { codeRefusals, nameRefusals } from "./core/merchant";
import type { PartnerRow } from "./merchants.queries";
import { partners } from "./merchants.tables";

export interface NewPartner {
  readonly code: string;
  readonly name: LocalisedText;
}

/** Takes an organisation into the alliance. Its code is unique and never changes. */
export async function createPartner(work: Work, input: NewPartner): Promise<Result<PartnerRow>> {
  const denied = refusalFor(work, "createPartner", {}, "The alliance");
  if (denied) return denied;
  const refusals = [...codeRefusals(input.code, ["input", "code"]), ...nameRefusals(input.name, ["input", "name"])];
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    const [partner] = await tx
      .insert(partners)
      .values({ partnerId: newId(), ...input, createdAt: work.now })
      .onConflictDoNothing({ target: partners.code })
      .returning();
    if (!partner) return refuse("ALREADY_EXISTS", `A partner with code "${input.code}" exists.`, ["input", "code"]);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "createPartner",
      resource: `Partner:${partner.partnerId}`,
      after: partner,
      event: { type: "partner.created", payload: { partnerId: partner.partnerId } },
    });
    return done(partner);
  });
}
