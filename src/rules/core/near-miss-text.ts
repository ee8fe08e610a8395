import type { Locale } from "../../kernel/localised";
import type { NearMiss } from "./near-miss";

/** What the text needs to know of the leaf's fact. */
export interface MissedFact {
  readonly name: string;
  /** Of a NUMBER, for people: `CNY`, `years`. */
  readonly unit: string | null;
  /** Of an amount in minor units: which, so that it is written as money. */
  readonly currency?: string | undefined;
}

/** The distance in the reader's language: "20 CNY more", "opens in 3 days", "2 of 3 conditions met, 1 more needed". */
export function nearMissText(miss: NearMiss, fact: MissedFact | undefined, locale: Locale): string {
  return locale === "zh-CN" ? chinese(miss, fact) : english(miss, fact);
}

function english(miss: NearMiss, fact: MissedFact | undefined): string {
  switch (miss.kind) {
    case "RAISE":
    case "LOWER":
      return englishDistance(miss, fact);
    case "ONE_OF":
      return miss.choices.length === 1
        ? `would have to be ${quoted(miss.choices)}`
        : `would have to be one of ${quoted(miss.choices)}`;
    case "NONE_OF":
      return miss.choices.length === 1
        ? `must not be ${quoted(miss.choices)}`
        : `must be none of ${quoted(miss.choices)}`;
    case "KNOWN":
      return "would have to be known";
    case "UNKNOWN":
      return "must not be known";
    case "JOIN":
      return `would have to be in the audience "${miss.audience}"`;
    case "LEAVE":
      return `must not be in the audience "${miss.audience}"`;
    case "CONDITIONS":
      return `${miss.met} of ${miss.of} conditions met, ${miss.amount} more needed`;
  }
}

function chinese(miss: NearMiss, fact: MissedFact | undefined): string {
  switch (miss.kind) {
    case "RAISE":
    case "LOWER":
      return chineseDistance(miss, fact);
    case "ONE_OF":
      return miss.choices.length === 1 ? `须为${quoted(miss.choices)}` : `须为以下之一:${quoted(miss.choices)}`;
    case "NONE_OF":
      return `不得为${quoted(miss.choices)}`;
    case "KNOWN":
      return "须为已知";
    case "UNKNOWN":
      return "须为未知";
    case "JOIN":
      return `须属于人群“${miss.audience}”`;
    case "LEAVE":
      return `不得属于人群“${miss.audience}”`;
    case "CONDITIONS":
      return `${miss.of}项条件已满足${miss.met}项,还需${miss.amount}项`;
  }
}

type Distance = Extract<NearMiss, { kind: "RAISE" | "LOWER" }>;

function englishDistance(miss: Distance, fact: MissedFact | undefined): string {
  const { kind, measure, isExclusive } = miss;
  if (measure !== "NUMBER") {
    const { amount, part } = stretchOf(miss);
    const stretch = `${grouped(amount, "en")} ${part}${amount === 1 ? "" : "s"}`;
    if (isOfClock(fact)) return kind === "RAISE" ? `opens in ${stretch}` : `closed ${stretch} ago`;
    return `would have to be ${stretch} ${kind === "RAISE" ? "later" : "earlier"}`;
  }
  const amount = `${isExclusive ? "more than " : ""}${amountText(miss.amount, fact, "en")}`;
  if (isSpent(fact) && kind === "RAISE") return `spend ${amount} more`;
  return `${amount} ${kind === "RAISE" ? "more" : "less"}`;
}

function chineseDistance(miss: Distance, fact: MissedFact | undefined): string {
  const { kind, measure, isExclusive } = miss;
  if (measure !== "NUMBER") {
    const { amount, part } = stretchOf(miss);
    const stretch = `${grouped(amount, "zh-CN")}${chineseParts[part]}`;
    if (isOfClock(fact)) return kind === "RAISE" ? `${stretch}后开始` : `已于${stretch}前结束`;
    return `须${kind === "RAISE" ? "晚" : "早"}${stretch}`;
  }
  const amount = `${amountText(miss.amount, fact, "zh-CN")}${isExclusive ? "以上" : ""}`;
  if (isSpent(fact) && kind === "RAISE") return `再消费${amount}`;
  return kind === "RAISE" ? `还差${amount}` : `须减少${amount}`;
}

const parts = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 } as const;
type Part = keyof typeof parts;
const chineseParts: Readonly<Record<Part, string>> = { day: "天", hour: "小时", minute: "分钟", second: "秒" };

/** In the largest part that it fills, rounded up: who waits so long has waited long enough. */
function stretchOf({ amount, measure }: Distance): { readonly amount: number; readonly part: Part } {
  if (measure === "DAYS") return { amount, part: "day" };
  const part = (Object.keys(parts) as Part[]).find((each) => amount >= parts[each]) ?? "second";
  return { amount: Math.ceil(amount / parts[part]), part };
}

/** The clock goes on by itself: what it lacks opens. */
function isOfClock(fact: MissedFact | undefined): boolean {
  return fact?.name === "context.instant" || fact?.name === "context.date";
}

function isSpent(fact: MissedFact | undefined): boolean {
  return fact?.currency !== undefined;
}

/** An amount of minor units is written as money: the decimals of its currency are known to Intl. */
function amountText(amount: number, fact: MissedFact | undefined, locale: Locale): string {
  if (fact?.currency === undefined) {
    return fact?.unit ? `${grouped(amount, locale)} ${fact.unit}` : grouped(amount, locale);
  }
  const format = new Intl.NumberFormat(locale, {
    ...{ style: "currency", currency: fact.currency, currencyDisplay: "code" },
  });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** decimals).replaceAll("\u00a0", " ");
}

function grouped(amount: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 15 }).format(amount);
}

function quoted(choices: readonly string[]): string {
  return choices.map((choice) => `"${choice}"`).join(", ");
}
