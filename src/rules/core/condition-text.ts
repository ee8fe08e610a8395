import { inLocale, type Locale, type LocalisedText } from "../../kernel/localised";
import type { Leaf } from "./rule";

/** A fact as people read it. */
export interface FactLabel {
  readonly title: LocalisedText;
  readonly unit: string | null;
}

/** The condition in the reader's language: `Tier: one of gold, platinum`, `Age: at least 18 years`. */
export function conditionText(leaf: Leaf, fact: FactLabel | undefined, locale: Locale): string {
  const words = vocabulary[locale];
  if ("audience" in leaf) return `${words.audience} ${leaf.audience.code}`;
  const named = fact ? inLocale(fact.title, locale) : (Object.values(leaf)[0] as { readonly fact: string }).fact;
  return `${named}${words.colon}${wantedText(leaf, words, fact?.unit ?? null)}`;
}

interface Words {
  readonly colon: string;
  readonly yes: string;
  readonly no: string;
  readonly audience: string;
  readonly known: string;
  readonly oneOf: string;
  readonly atLeast: string;
  readonly above: string;
  readonly atMost: string;
  readonly below: string;
  readonly from: string;
  readonly until: string;
  readonly last: (days: number) => string;
  readonly notLast: (days: number) => string;
}

const vocabulary: Readonly<Record<Locale, Words>> = {
  en: {
    ...{ colon: ": ", yes: "yes", no: "no", audience: "In the audience", known: "known", oneOf: "one of" },
    ...{ atLeast: "at least", above: "more than", atMost: "at most", below: "less than", from: "from", until: "until" },
    last: (days) => (days === 0 ? "today" : `within the last ${days} days`),
    notLast: (days) => `more than ${days} days ago`,
  },
  "zh-CN": {
    ...{ colon: ":", yes: "是", no: "否", audience: "属于人群", known: "已知", oneOf: "以下之一" },
    ...{ atLeast: "至少", above: "高于", atMost: "至多", below: "低于", from: "自", until: "至" },
    last: (days) => (days === 0 ? "今天" : `最近${days}天内`),
    notLast: (days) => `${days}天以前`,
  },
};

function wantedText(leaf: Exclude<Leaf, { audience: unknown }>, words: Words, unit: string | null): string {
  if ("has" in leaf) return words.known;
  if ("equals" in leaf) {
    const { value } = leaf.equals;
    if (typeof value === "boolean") return value ? words.yes : words.no;
    return typeof value === "number" ? withUnit(value, unit) : value;
  }
  if ("oneOf" in leaf) return choicesText(leaf.oneOf.choices, words);
  if ("contains" in leaf) return choicesText(leaf.contains.choices, words);
  if ("between" in leaf) {
    const ends = ["atLeast", "above", "atMost", "below"] as const;
    return ends
      .flatMap((end) => {
        const value = leaf.between[end];
        return value === undefined ? [] : [`${words[end]} ${withUnit(value, unit)}`];
      })
      .join(", ");
  }
  if ("dateBetween" in leaf) {
    const { from, to } = leaf.dateBetween;
    return [...(from ? [`${words.from} ${from}`] : []), ...(to ? [`${words.until} ${to}`] : [])].join(" ");
  }
  return "withinLast" in leaf ? words.last(leaf.withinLast.days) : words.notLast(leaf.notWithinLast.days);
}

function choicesText(choices: readonly string[], words: Words): string {
  return choices.length === 1 ? (choices[0] ?? "") : `${words.oneOf} ${choices.join(", ")}`;
}

function withUnit(value: number, unit: string | null): string {
  return unit === null ? String(value) : `${value} ${unit}`;
}
