import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import type { LocalisedText } from "../kernel/localised";
import { isCurrency, type MinorUnits } from "../kernel/money";
import type { Points } from "../kernel/points";
import type { Rounding } from "../kernel/ratio";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { codeRefusals, nameRefusals } from "../merchants/core/merchant";
import { partnerExists } from "../merchants/merchants.queries";
import { earningRuleRefusals, type EarningRule } from "./core/earning-rule";
import {
  expiryRefusals,
  handlingRefusals,
  timeZoneRefusals,
  type ExpiryPolicy,
  type ProgramHandling,
} from "./core/program";
import type { ProgramRow } from "./programs.queries";
import { programs } from "./programs.tables";

/** What a program says of itself and may change later: everything but issuer, code and currency. */
export interface ProgramTerms {
  readonly name: LocalisedText;
  readonly unitName: LocalisedText;
  readonly timeZone: string;
  /** `earnPoints` points for every `earnPerMinor` minor units spent. */
  readonly earnPoints: Points;
  readonly earnPerMinor: MinorUnits;
  readonly earnRounding: Rounding;
  /** `valuePoints` points are worth `valueMinor` minor units to the issuer. Confidential. */
  readonly valueMinor: MinorUnits;
  readonly valuePoints: Points;
  readonly expiry: ExpiryPolicy;
  /** Unless given: rounded per purchase, soonest first, no transfers between members, no notice. */
  readonly handling?: ProgramHandling;
  /** As a whole; unless given none. */
  readonly earningRules?: readonly EarningRule[];
}

export interface NewProgram extends ProgramTerms {
  readonly issuerPartnerId: string;
  readonly code: string;
  readonly currency: string;
}

/** Founds a points scheme of an issuer. Its code is unique in the alliance and never changes, nor does its currency. */
export async function createProgram(work: Work, input: NewProgram): Promise<Result<ProgramRow>> {
  const denied = refusalFor(work, "createProgram", { partnerId: input.issuerPartnerId }, "The partner");
  if (denied) return denied;
  const refusals = [...codeRefusals(input.code, ["input", "code"]), ...termsRefusals(input)];
  if (!isCurrency(input.currency)) {
    const message = `currency is "${input.currency}", expected an ISO 4217 code.`;
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", "currency"] });
  }
  if (refusals.length > 0) return refuseAll(refusals);

  return inTransaction(work.database.app, async (tx) => {
    if (!(await partnerExists(tx, input.issuerPartnerId))) {
      return refuse("NOT_FOUND", "The issuer was not found.", ["input", "issuerId"]);
    }
    const { expiry, handling, ...rest } = input;
    const [program] = await tx
      .insert(programs)
      .values({
        programId: newId(),
        ...rest,
        ...expiryColumns(expiry),
        ...handling,
        status: "ACTIVE",
        revision: 1,
        createdAt: work.now,
        updatedAt: work.now,
      })
      .onConflictDoNothing({ target: programs.code })
      .returning();
    if (!program) return refuse("ALREADY_EXISTS", `A program with code "${input.code}" exists.`, ["input", "code"]);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "createProgram",
      resource: `Program:${program.programId}`,
      after: program,
      event: { type: "program.created", payload: { programId: program.programId } },
    });
    return done(program);
  });
}

export function termsRefusals(terms: ProgramTerms): Refusal[] {
  const refusals = [
    ...nameRefusals(terms.name, ["input", "name"]),
    ...nameRefusals(terms.unitName, ["input", "unitName"]),
    ...timeZoneRefusals(terms.timeZone),
    ...expiryRefusals(terms.expiry),
    ...(terms.handling ? handlingRefusals(terms.handling) : []),
    ...earningRuleRefusals(terms.earningRules ?? []),
  ];
  const wrong = (message: string, ...path: string[]) =>
    refusals.push({ code: "INVALID_INPUT", message, path: ["input", ...path] });
  if (terms.earnPoints < 0n) wrong(`points is ${terms.earnPoints}, expected 0 or more.`, "earning", "points");
  if (terms.earnPerMinor <= 0n) wrong(`perMinor is ${terms.earnPerMinor}, expected 1 or more.`, "earning", "perMinor");
  if (terms.valueMinor < 0n) wrong(`minor is ${terms.valueMinor}, expected 0 or more.`, "valuePerPoint", "minor");
  if (terms.valuePoints <= 0n) wrong(`points is ${terms.valuePoints}, expected 1 or more.`, "valuePerPoint", "points");
  return refusals;
}

export function expiryColumns(expiry: ExpiryPolicy) {
  const { kind, months, rounding, date = null } = expiry;
  return { expiryKind: kind, expiryMonths: months, expiryRounding: rounding, expiryDate: date };
}
