import type { MinorUnits } from "../../kernel/money";
import { foreignId, good, isObject, parseJsonObject, shown, wrong, type JsonObject, type Parsed } from "./json-line";
import { amountField } from "./rewards-portfolio";

/** One line of the transcript. `hour` counts from the start of the recording; amounts are minor units. */
export type RewardsEvent = { readonly personId: string; readonly hour: number } & (
  | { readonly kind: "received" | "viewed"; readonly offerCode: string }
  | { readonly kind: "completed"; readonly offerCode: string; readonly rewardMinor: MinorUnits }
  | { readonly kind: "purchase"; readonly amountMinor: MinorUnits }
);

/** A hundred years, so that every instant is one that a calendar date can hold. */
const mostHours = 876_000;

/** Whom and what the other two files have named. */
export interface KnownNames {
  isPerson(personId: string): boolean;
  isOffer(offerCode: string): boolean;
}

export function parseTranscriptLine(text: string, decimals: number, known: KnownNames): Parsed<RewardsEvent> {
  const line = parseJsonObject(text);
  if (!line.ok) return line;
  const { event, time, value } = line.value;
  const personId = foreignId("person", line.value.person);
  if (!personId.ok) return personId;
  if (!known.isPerson(personId.value)) {
    return wrong("person", personId.value, "the id of a good line of the profile file");
  }
  if (!isHour(time)) return wrong("time", time, `whole hours from 0 to ${mostHours}`);
  if (!isObject(value)) return wrong("value", value, "an object");
  const who = { personId: personId.value, hour: time };
  switch (event) {
    case "offer received":
    case "offer viewed": {
      const offerCode = offerField("offer id", value, known);
      if (!offerCode.ok) return offerCode;
      return good({ ...who, kind: event === "offer received" ? "received" : "viewed", offerCode: offerCode.value });
    }
    case "offer completed":
      return completedEvent(who, value, decimals, known);
    case "transaction": {
      const amountMinor = amountField("value.amount", value.amount, decimals);
      return amountMinor.ok ? good({ ...who, kind: "purchase", amountMinor: amountMinor.value }) : amountMinor;
    }
    default:
      return {
        ok: false,
        reason: `event is ${shown(event)}, expected offer received, offer viewed, offer completed or transaction`,
      };
  }
}

function completedEvent(
  who: { readonly personId: string; readonly hour: number },
  value: JsonObject,
  decimals: number,
  known: KnownNames,
): Parsed<RewardsEvent> {
  const offerCode = offerField("offer_id", value, known);
  if (!offerCode.ok) return offerCode;
  const rewardMinor = amountField("value.reward", value.reward, decimals);
  if (!rewardMinor.ok) return rewardMinor;
  return good({ ...who, kind: "completed", offerCode: offerCode.value, rewardMinor: rewardMinor.value });
}

function offerField(field: "offer id" | "offer_id", value: JsonObject, known: KnownNames): Parsed<string> {
  const code = foreignId(`value["${field}"]`, value[field]);
  if (!code.ok || known.isOffer(code.value)) return code;
  return wrong(`value["${field}"]`, code.value, "the id of a good line of the portfolio file");
}

function isHour(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= mostHours;
}
