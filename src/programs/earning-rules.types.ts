import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import type { RequestContext } from "../context";
import { graphqlEnum } from "../graphql/enum";
import { rawId } from "../graphql/ids-in-filters";
import { DateTimeScalar, PointsScalar } from "../graphql/scalars";
import { done, refuseAll, type Refusal, type Result } from "../kernel/result";
import { print } from "../rules/core/print";
import type { Rule } from "../rules/core/rule";
import { mayReadRule } from "../rules/rule-names";
import { writtenRule } from "../rules/written-rule";
import type { EarningEffect, EarningRule } from "./core/earning-rule";

export const EarningEffectEnum = graphqlEnum<EarningEffect>("EarningEffect", "What an earning rule does.", {
  RATE: "Another rate in place of the base rate; at merchants that are not the issuer's own only if it names them.",
  MULTIPLIER: "The purchase's base points times `points : perMinor`; what is more than the base is bonus points.",
  BONUS: "So many bonus points on top.",
  WELCOME: "The same, once in a member's life.",
  NO_POINTS: "The purchase earns nothing; comes before all other rules.",
});

@InputType({ description: "A tag that the member must have." })
export class WantedTagInput {
  @Field(() => String, { description: "Code of the tag." })
  code!: string;

  @Field(() => String, { nullable: true, description: "Its value as text: `gold`, `5`; absent: any but false." })
  value?: string | null;
}

@InputType({ description: "What a line of a purchase must say of itself." })
export class LineAttributeInput {
  @Field(() => String, { description: "Its name: `fare`." })
  name!: string;

  @Field(() => String, { description: "Its value: `full`." })
  value!: string;
}

@InputType({
  description:
    "One earning rule. Every condition given must be met. Of rates and of multipliers that of the highest priority counts, every bonus counts, and NO_POINTS comes before all.",
})
export class EarningRuleInput {
  @Field(() => String, { description: "1 to 63 lower-case letters, digits and hyphens, unique in the program." })
  code!: string;

  @Field(() => Int, { defaultValue: 0, description: "The higher the sooner; of equal ones the first of the list." })
  priority!: number;

  @Field(() => EarningEffectEnum, { description: "What it does." })
  effect!: EarningEffect;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "Points of RATE, BONUS and WELCOME; MULTIPLIER: 5 for 5x.",
  })
  points?: bigint | null;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "RATE: for so many minor units; MULTIPLIER: the divisor, 1 for 5x, 2 for 2.5x; else absent.",
  })
  perMinor?: bigint | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The first instant at which it holds." })
  validFrom?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The first instant at which it no longer holds." })
  validUntil?: Date | null;

  @Field(() => [ID], { defaultValue: [], description: "Ids of merchants; empty: any." })
  merchantIds!: string[];

  @Field(() => [String], { defaultValue: [], description: "Codes of merchant categories; empty: any." })
  categoryCodes!: string[];

  @Field(() => [String], { defaultValue: [], description: "IN_STORE, ONLINE, APP or PHONE; empty: any." })
  channels!: string[];

  @Field(() => WantedTagInput, { nullable: true, description: "The customer's brand, or any other tag." })
  tag?: WantedTagInput | null;

  @Field(() => LineAttributeInput, {
    nullable: true,
    description:
      "Lines of the purchase that have this attribute: by a rate they alone earn, so that a purchase without one earns " +
      "nothing; a multiplier counts them alone, a bonus needs one, and with NO_POINTS they earn nothing while the others do.",
  })
  lineAttribute?: LineAttributeInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A rule in the text form that the member and the moment of the purchase must meet: `tier in ["gold"]`.',
  })
  ruleText?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: "Its points are pending until `confirmPoints`." })
  needsConfirmation!: boolean;

  @Field(() => Int, { nullable: true, description: "A member for at least so many months." })
  tenureMonths?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Every so many purchases that earn in the program within a month of its zone: 3 for the 3rd, 6th …",
  })
  everyNth?: number | null;

  @Field(() => Int, { nullable: true, description: "Its points are pending for so many days after the purchase." })
  pendingDays?: number | null;

  @Field(() => PointsScalar, { nullable: true, description: "The most points that it gives for one purchase." })
  perPurchase?: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "… a member within a day of the program's zone." })
  perDay?: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "… a member within a month of the program's zone." })
  perMonth?: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "… a member ever." })
  lifetime?: bigint | null;

  @Field(() => ID, { nullable: true, description: "Id of the partner that pays for its points; absent: the issuer." })
  funderId?: string | null;
}

@ObjectType("EarningRule", { description: "One earning rule of a program.", simpleResolvers: true })
export class EarningRuleType {
  @Field(() => String, { description: "Unique in the program." })
  code!: string;

  @Field(() => Int, { description: "The higher the sooner." })
  priority!: number;

  @Field(() => EarningEffectEnum, { description: "What it does." })
  effect!: EarningEffect;

  @Field(() => PointsScalar, { nullable: true, description: "Points; of MULTIPLIER the factor's numerator." })
  points!: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "Of RATE minor units, of MULTIPLIER the divisor." })
  perMinor!: bigint | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The first instant at which it holds, UTC." })
  validFrom!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The first instant at which it no longer holds, UTC." })
  validUntil!: Date | null;

  @Field(() => [ID], { description: "Ids of the merchants at which it holds; empty: any." })
  merchantIds!: string[];

  @Field(() => [String], { description: "Codes of the merchant categories in which it holds; empty: any." })
  categoryCodes!: readonly string[];

  @Field(() => [String], { description: "The channels in which it holds; empty: any." })
  channels!: readonly string[];

  @Field(() => String, { nullable: true, description: "The tag that a member must have, `brand=gold` with its value." })
  tag!: string | null;

  @Field(() => String, { nullable: true, description: "The attribute that lines must have, `fare=full`." })
  lineAttribute!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The rule that the member and the moment must meet, as text; null: none, or the caller may not read it.",
  })
  ruleText!: string | null;

  @Field(() => Boolean, { description: "Whether its points are pending until they are confirmed." })
  needsConfirmation!: boolean;

  @Field(() => Int, { nullable: true, description: "A member for at least so many months." })
  tenureMonths!: number | null;

  @Field(() => Int, { nullable: true, description: "Every so many purchases of a month." })
  everyNth!: number | null;

  @Field(() => Int, { nullable: true, description: "Its points are pending for so many days." })
  pendingDays!: number | null;

  @Field(() => PointsScalar, { nullable: true, description: "The most points for one purchase." })
  perPurchase!: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "The most points a day." })
  perDay!: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "The most points a month." })
  perMonth!: bigint | null;

  @Field(() => PointsScalar, { nullable: true, description: "The most points ever." })
  lifetime!: bigint | null;

  @Field(() => ID, { nullable: true, description: "Id of the partner that pays for its points; null: the issuer." })
  funderId!: string | null;
}

/** The rules of an input; refuses those whose rule cannot be read, or names what the author may not. */
export async function rulesOfInput(
  context: RequestContext,
  inputs: readonly EarningRuleInput[],
): Promise<Result<EarningRule[]>> {
  const rules: EarningRule[] = [];
  const refusals: Refusal[] = [];
  for (const [place, input] of inputs.entries()) {
    const path = ["input", "earningRules", String(place), "ruleText"];
    const rule = await writtenRule(context, { tree: null, text: input.ruleText }, { tree: path, text: path });
    if (rule.ok) rules.push(ruleOfInput(context, input, rule.value));
    else refusals.push(...rule.refusals);
  }
  return refusals.length > 0 ? refuseAll(refusals) : done(rules);
}

function ruleOfInput(context: RequestContext, input: EarningRuleInput, rule: Rule | null): EarningRule {
  const { merchantIds, funderId, tag, validFrom, validUntil, points, perMinor, ...rest } = input;
  const { perPurchase, perDay, perMonth, lifetime, code, priority, effect, categoryCodes, channels } = rest;
  const text = (value: bigint | null | undefined) => value?.toString() ?? null;
  return {
    ...{ code, priority, effect, categoryCodes, channels, points: text(points), perMinor: text(perMinor) },
    ...{ perPurchase: text(perPurchase), perDay: text(perDay), perMonth: text(perMonth), lifetime: text(lifetime) },
    ...{ validFrom: validFrom?.toISOString() ?? null, validUntil: validUntil?.toISOString() ?? null },
    merchantIds: merchantIds.map((id) => rawId(context, "Merchant", id)),
    tag: tag ? { code: tag.code, value: tag.value ?? null } : null,
    lineAttribute: rest.lineAttribute ? { ...rest.lineAttribute } : null,
    ...{ rule, needsConfirmation: rest.needsConfirmation },
    tenureMonths: rest.tenureMonths ?? null,
    everyNth: rest.everyNth ?? null,
    pendingDays: rest.pendingDays ?? null,
    funderPartnerId: funderId ? rawId(context, "Partner", funderId) : null,
  };
}

export function ruleAsSeen(context: RequestContext, rule: EarningRule): EarningRuleType {
  const { ids } = context;
  const { tag, funderPartnerId, merchantIds, validFrom, validUntil, ...rest } = rule;
  const number = (value: string | null) => (value === null ? null : BigInt(value));
  const { points, perMinor, perPurchase, perDay, perMonth, lifetime } = rest;
  return {
    ...rest,
    ...{ points: number(points), perMinor: number(perMinor), perPurchase: number(perPurchase) },
    ...{ perDay: number(perDay), perMonth: number(perMonth), lifetime: number(lifetime) },
    validFrom: validFrom ? new Date(validFrom) : null,
    validUntil: validUntil ? new Date(validUntil) : null,
    merchantIds: merchantIds.map((id) => ids.seal("Merchant", id)),
    lineAttribute: rule.lineAttribute ? `${rule.lineAttribute.name}=${rule.lineAttribute.value}` : null,
    ruleText: rule.rule && mayReadRule(context, rule.rule) ? print(rule.rule) : null,
    needsConfirmation: rule.needsConfirmation ?? false,
    tag: tag && (tag.value === null ? tag.code : `${tag.code}=${tag.value}`),
    funderId: funderPartnerId && ids.seal("Partner", funderPartnerId),
  };
}
