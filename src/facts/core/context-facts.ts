import { Temporal } from "temporal-polyfill";
import type { FactDefinition, FactType } from "./fact";

/** The situation a request comes from. New ones are added at the end; none is renamed, since published rules name them. */
export const scenes = [
  "fuel",
  "dining",
  "airport",
  "grocery",
  "travel",
  "hotel",
  "shopping",
  "health",
  "sport",
  "entertainment",
  "insurance",
  "car",
  "online",
  "other",
] as const;
export type Scene = (typeof scenes)[number];

/** By which way is or would be bought: the channels of a purchase. */
export const contextChannels = ["IN_STORE", "ONLINE", "APP", "PHONE"] as const;

export const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;
export type Weekday = (typeof weekdays)[number];

const contextFact = (name: string, type: FactType, rest: Partial<FactDefinition> = {}): FactDefinition => ({
  name: `context.${name}`,
  source: "CONTEXT",
  type,
  choices: null,
  unit: null,
  alwaysKnown: false,
  ...rest,
});

/**
 * What a rule may ask of the moment. A request always has a time; the rest is known as far as it says so. Codes of
 * merchants, outlets ("merchant-code/outlet-code"), categories, cities and currencies are open.
 */
export const contextFacts: readonly FactDefinition[] = [
  contextFact("scene", "ENUM", { choices: scenes }),
  contextFact("channel", "ENUM", { choices: contextChannels }),
  contextFact("merchant", "ENUM"),
  contextFact("outlet", "ENUM"),
  contextFact("category", "ENUM"),
  contextFact("city", "ENUM"),
  contextFact("currency", "ENUM"),
  contextFact("amount_minor", "NUMBER", { unit: "minor units" }),
  contextFact("instant", "INSTANT", { alwaysKnown: true }),
  contextFact("date", "DATE", { alwaysKnown: true }),
  contextFact("weekday", "ENUM", { choices: weekdays, alwaysKnown: true }),
  contextFact("hour", "NUMBER", { unit: "hours", alwaysKnown: true }),
];

/** What the clock says of a moment in the alliance's zone. */
export interface MomentFacts {
  /** ISO 8601 in UTC, with milliseconds. */
  readonly "context.instant": string;
  /** yyyy-mm-dd: also the `today` that windows and ages count from. */
  readonly "context.date": string;
  readonly "context.weekday": Weekday;
  /** 0–23. An hour that the clocks repeat comes twice, one that they skip does not come. */
  readonly "context.hour": number;
}

/** `timeZone` is an IANA name. Costs about 10 µs, which is worth keeping for the next member of the same moment. */
export function momentFacts(instant: Date, timeZone: string): MomentFacts {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  return {
    "context.instant": instant.toISOString(),
    "context.date": local.toPlainDate().toString(),
    // Temporal counts Monday as 1.
    "context.weekday": weekdays[local.dayOfWeek - 1] ?? "MONDAY",
    "context.hour": local.hour,
  };
}
