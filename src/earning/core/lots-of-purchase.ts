import { Temporal } from "temporal-polyfill";
import { money } from "../../kernel/money";
import { points, type Points } from "../../kernel/points";
import { applyRatio, ratio } from "../../kernel/ratio";
import { dayIn, startOfDay } from "../../kernel/zoned-day";
import type { Cap, LotToIssue } from "../../ledger/core/command";
import type { RemainderPolicy } from "../../programs/core/program";
import type { PurchaseLine } from "../../purchases/core/purchase";
import type { EarningRule, LineAttribute, WantedTag } from "../../programs/core/earning-rule";
import type { Rule } from "../../rules/core/rule";
import { pointsEarned, type EarningRate } from "../../programs/core/program";
import { rateText, type EarningTerms } from "./base-lot";
import { expiryOf } from "./expiry";

/** What rules may ask of a purchase and of who made it. */
export interface EarningFacts {
  readonly purchaseId: string;
  readonly merchantId: string;
  readonly categoryCode: string;
  readonly channel: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly occurredAt: Date;
  /** Whether the merchant is the issuer's own: there the program's base rate holds. */
  readonly isIssuers: boolean;
  readonly joinedAt: Date;
  /** Values as JSON has them, by code. */
  readonly tags: ReadonlyMap<string, unknown>;
  /** What was bought, where the merchant says; the amounts add up to that of the purchase. */
  readonly lines: readonly PurchaseLine[];
  /** Those rules of the rules engine, of all earning rules, that hold for the member and the moment. */
  readonly verdicts: ReadonlySet<Rule>;
  /** Which purchase of its month this is, of those that earned in the program. */
  readonly purchaseOfMonth: number;
}

export interface ProgramTermsOfEarning extends EarningTerms {
  readonly remainderPolicy: RemainderPolicy;
  readonly rules: readonly EarningRule[];
}

/**
 * The lots that a purchase earns, the base first; each names in its terms what gave it. None where the currency is
 * another, where neither the base rate nor a RATE rule holds, or where a NO_POINTS rule does. At merchants that are not the
 * issuer's only a RATE rule that names them holds. A multiplier multiplies the
 * base points of this purchase as rounded by itself, also where the base carries its remainder on: 5 × 6 points are 30.
 */
export function lotsOfPurchase(program: ProgramTermsOfEarning, facts: EarningFacts): LotToIssue[] {
  const holding = rulesThatHold(program, facts);
  const without = holding.filter(({ effect }) => effect === "NO_POINTS");
  if (facts.currency !== program.rate.currency || without.some(({ lineAttribute }) => !lineAttribute)) return [];
  // One that names no merchant would else give points for every purchase in the alliance.
  const reaches = ({ merchantIds }: EarningRule) => facts.isIssuers || merchantIds.length > 0;
  const rateRule = holding.find((rule) => rule.effect === "RATE" && reaches(rule));
  if (!rateRule && !facts.isIssuers) return [];
  const rate: EarningRate = rateRule ? { ...program.rate, points: ratioOf(rateRule) } : program.rate;
  const amountOf = (rule: EarningRule | undefined) => amountThatEarns(facts, without, rule?.lineAttribute ?? null);
  const roundedOf = (amountMinor: bigint) => pointsEarned(rate, money(amountMinor, facts.currency)) ?? points(0n);
  const amountMinor = amountOf(rateRule);
  const rounded = roundedOf(amountMinor);

  const lots: LotToIssue[] = [];
  const add = (
    rule: EarningRule | undefined,
    kind: LotToIssue["kind"],
    amount: LotToIssue["amount"],
    terms: string,
  ) => {
    const limited = typeof amount === "bigint" ? atMost(amount, rule?.perPurchase) : amount;
    if (limited === 0n) return;
    lots.push({
      ...{ kind, amount: limited, terms, line: null, funderPartnerId: rule?.funderPartnerId ?? null },
      expiresAt: expiryOf(program.expiry, program.timeZone, facts.occurredAt),
      pendingUntil: rule ? pendingUntil(rule, facts, program.timeZone) : null,
      caps: rule ? capsOf(program, rule, facts, typeof amount !== "bigint") : [],
    });
  };

  const carries = program.remainderPolicy === "CARRIED";
  const product = amountMinor * rate.points.numerator;
  const base = carries ? { product, denominator: rate.points.denominator } : rounded;
  add(rateRule, "BASE", base, rateRule ? `${rateRule.code} ${rateText(rate)}` : rateText(rate));
  const multiplier = holding.find(({ effect }) => effect === "MULTIPLIER");
  if (multiplier) {
    const counted = multiplier.lineAttribute ? roundedOf(amountOf(multiplier)) : rounded;
    const multiplied = applyRatio(counted, ratioOf(multiplier), program.rate.rounding).quotient;
    if (multiplied > counted) add(multiplier, "BONUS", points(multiplied - counted), multiplier.code);
  }
  for (const rule of holding) {
    if (rule.effect === "BONUS" || rule.effect === "WELCOME")
      add(rule, "BONUS", points(BigInt(rule.points ?? 0)), rule.code);
  }
  return lots;
}

/**
 * What of the purchase counts: the lines that have the attribute, or all of it where none is asked for, without what earns
 * nothing. A purchase whose lines nobody told has no line with any attribute.
 */
function amountThatEarns(
  { amountMinor, lines }: EarningFacts,
  without: readonly EarningRule[],
  wanted: LineAttribute | null,
): bigint {
  const isOut = (line: PurchaseLine) => without.some((rule) => rule.lineAttribute && has(line, rule.lineAttribute));
  const sum = (counts: (line: PurchaseLine) => boolean) =>
    lines.reduce((total, line) => (counts(line) ? total + line.amountMinor : total), 0n);
  return wanted ? sum((line) => has(line, wanted) && !isOut(line)) : amountMinor - sum(isOut);
}

/** A rate for some lines holds for every purchase: one without such a line earns nothing by it, nor by the base rate. */
function hasLine({ effect, lineAttribute }: EarningRule, { lines }: EarningFacts): boolean {
  return !lineAttribute || effect === "RATE" || lines.some((line) => has(line, lineAttribute));
}

function has({ attributes }: PurchaseLine, { name, value }: LineAttribute): boolean {
  return attributes.some((each) => each.name === name && each.value === value);
}

function pendingUntil(rule: EarningRule, { occurredAt }: EarningFacts, timeZone: string): LotToIssue["pendingUntil"] {
  if (rule.needsConfirmation) return "CONFIRMATION";
  return rule.pendingDays ? daysAfter(occurredAt, rule.pendingDays, timeZone) : null;
}

/** Those whose window and conditions the purchase meets, the highest priority first. */
function rulesThatHold({ rules, timeZone }: ProgramTermsOfEarning, facts: EarningFacts): EarningRule[] {
  const at = facts.occurredAt;
  const holds = (rule: EarningRule) =>
    (!rule.validFrom || at >= new Date(rule.validFrom)) &&
    (!rule.validUntil || at < new Date(rule.validUntil)) &&
    isIn(rule.merchantIds, facts.merchantId) &&
    isIn(rule.categoryCodes, facts.categoryCode) &&
    isIn(rule.channels, facts.channel) &&
    hasTag(rule.tag, facts.tags) &&
    hasLine(rule, facts) &&
    (!rule.rule || facts.verdicts.has(rule.rule)) &&
    (rule.tenureMonths === null || isMemberSince(facts, rule.tenureMonths, timeZone)) &&
    (rule.everyNth === null || facts.purchaseOfMonth % rule.everyNth === 0);
  return rules.filter(holds).sort((a, b) => b.priority - a.priority);
}

function isIn(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function hasTag(wanted: WantedTag | null, tags: ReadonlyMap<string, unknown>): boolean {
  if (!wanted) return true;
  const value = tags.get(wanted.code);
  if (value === undefined) return false;
  if (wanted.value === null) return value !== false;
  return (Array.isArray(value) ? value : [value]).some((each) => String(each) === wanted.value);
}

function isMemberSince({ joinedAt, occurredAt }: EarningFacts, months: number, timeZone: string): boolean {
  return zoned(joinedAt, timeZone).add({ months }).epochMilliseconds <= occurredAt.getTime();
}

function ratioOf({ points: numerator, perMinor }: EarningRule) {
  return ratio(BigInt(numerator ?? 0), BigInt(perMinor ?? 1));
}

function atMost(amount: Points, cap: string | null | undefined): Points {
  return cap && BigInt(cap) < amount ? points(BigInt(cap)) : amount;
}

/** Counters of the member in the ledger, named by program, rule and the period of the purchase in the program's zone. */
function capsOf(program: ProgramTermsOfEarning, rule: EarningRule, facts: EarningFacts, carries: boolean): Cap[] {
  const day = dayIn(program.timeZone, facts.occurredAt).toString();
  const name = `${rule.code}:${program.programId}`;
  const cap = (period: string, limit: string | null): Cap[] =>
    limit === null ? [] : [{ cap: `${name}:${period}`, limit: points(BigInt(limit)) }];
  return [
    // Points that the kernel counts, with the member's remainder, can only be cut by the kernel.
    ...cap(facts.purchaseId, carries ? rule.perPurchase : null),
    ...cap(day, rule.perDay),
    ...cap(day.slice(0, 7), rule.perMonth),
    ...cap("ever", rule.effect === "WELCOME" ? (rule.lifetime ?? rule.points) : rule.lifetime),
  ];
}

function daysAfter(at: Date, days: number, timeZone: string): Date {
  return new Date(zoned(at, timeZone).add({ days }).epochMilliseconds);
}

function zoned(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}

/** The month of the program's zone that the instant lies in: its first instant, and the first after it. */
export function monthOf(at: Date, timeZone: string): { readonly from: Date; readonly to: Date } {
  const first = dayIn(timeZone, at).with({ day: 1 });
  return { from: startOfDay(timeZone, first), to: startOfDay(timeZone, first.add({ months: 1 })) };
}
