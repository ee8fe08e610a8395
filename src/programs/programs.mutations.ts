import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import { rawId } from "../graphql/ids-in-filters";
import { withoutAbsent, withoutNull } from "../graphql/input";
import { payload } from "../graphql/payload";
import { toLocalisedText } from "../graphql/value.types";
import { minorUnits } from "../kernel/money";
import { points } from "../kernel/points";
import { done } from "../kernel/result";
import type { ExpiryPolicy, ProgramHandling } from "./core/program";
import { createProgram } from "./create-program";
import { defineTiers } from "./define-tiers";
import { rulesOfInput, type EarningRuleInput } from "./earning-rules.types";
import { asProgram } from "./programs.resolver";
import {
  CreateProgramInput,
  CreateProgramPayload,
  DefineTiersInput,
  DefineTiersPayload,
  UpdateProgramInput,
  UpdateProgramPayload,
  type EarningRateInput,
  type ExpiryPolicyInput,
  type PointValueInput,
  type ProgramHandlingInput,
} from "./programs.inputs";
import { updateProgram } from "./update-program";

@Resolver()
export class ProgramMutations {
  @Mutation(() => CreateProgramPayload, { description: "Founds a points scheme of an issuer." })
  async createProgram(
    @Arg("input", () => CreateProgramInput, { description: "The program." }) input: CreateProgramInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateProgramPayload> {
    const rules = await earningRulesOf(context, input.earningRules);
    if (!rules.ok) return payload(rules, () => ({}));
    const result = await createProgram(context, {
      issuerPartnerId: rawId(context, "Partner", input.issuerId),
      code: input.code,
      name: toLocalisedText(input.name),
      unitName: toLocalisedText(input.unitName),
      timeZone: input.timeZone,
      currency: input.currency,
      ...earningTerms(input.earning),
      ...valueTerms(input.valuePerPoint),
      expiry: toExpiry(input.expiry),
      ...(input.handling ? { handling: toHandling(input.handling) } : {}),
      ...(rules.value ? { earningRules: rules.value } : {}),
    });
    return payload(result, (program) => ({ program: asProgram(program) }));
  }

  @Mutation(() => UpdateProgramPayload, {
    description: "Changes a program. What members earned before keeps the terms it was earned under.",
  })
  async updateProgram(
    @Arg("input", () => UpdateProgramInput, { description: "The change." }) input: UpdateProgramInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateProgramPayload> {
    const { id, revision, name, unitName, earning, valuePerPoint, expiry, handling, earningRules, reason, ...rest } =
      input;
    const rules = await earningRulesOf(context, earningRules);
    if (!rules.ok) return payload(rules, () => ({}));
    const result = await updateProgram(context, {
      ...withoutNull(rest),
      ...withoutAbsent({ reason }),
      programId: rawId(context, "Program", id),
      revision,
      ...(name ? { name: toLocalisedText(name) } : {}),
      ...(unitName ? { unitName: toLocalisedText(unitName) } : {}),
      ...(earning ? earningTerms(earning) : {}),
      ...(valuePerPoint ? valueTerms(valuePerPoint) : {}),
      ...(expiry ? { expiry: toExpiry(expiry) } : {}),
      ...(handling ? { handling: toHandling(handling) } : {}),
      ...(rules.value ? { earningRules: rules.value } : {}),
    });
    return payload(result, (program) => ({ program: asProgram(program) }));
  }

  @Mutation(() => DefineTiersPayload, { description: "Sets the levels of a program as one ladder." })
  async defineTiers(
    @Arg("input", () => DefineTiersInput, { description: "The ladder." }) input: DefineTiersInput,
    @Ctx() context: RequestContext,
  ): Promise<DefineTiersPayload> {
    const result = await defineTiers(context, {
      programId: rawId(context, "Program", input.programId),
      revision: input.revision,
      tiers: input.tiers.map((tier, rank) => ({ ...tier, rank, name: toLocalisedText(tier.name) })),
      reason: input.reason,
    });
    return payload(result, (program) => ({ program: asProgram(program) }));
  }
}

function earningRulesOf(context: RequestContext, inputs: EarningRuleInput[] | null | undefined) {
  return inputs ? rulesOfInput(context, inputs) : Promise.resolve(done(undefined));
}

function earningTerms(earning: EarningRateInput) {
  return {
    earnPoints: points(earning.points),
    earnPerMinor: minorUnits(earning.perMinor),
    earnRounding: earning.rounding,
  };
}

function valueTerms(value: PointValueInput) {
  return { valueMinor: minorUnits(value.minor), valuePoints: points(value.points) };
}

function toExpiry(expiry: ExpiryPolicyInput): ExpiryPolicy {
  const { kind, months = null, rounding = null, date = null } = expiry;
  return { kind, months, rounding, date };
}

function toHandling({
  remainderPolicy,
  useOrder,
  transfersAllowed,
  noticeDays,
}: ProgramHandlingInput): ProgramHandling {
  return { remainderPolicy, useOrder, transfersAllowed, noticeDays: noticeDays ?? null };
}
