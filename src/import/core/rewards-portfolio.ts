import type { MinorUnits } from "../../kernel/money";
import type { OfferChannel, OfferKind } from "../../offers/core/offer";
import { minorFromNumber } from "./exact-amount";
import { foreignId, good, parseJsonObject, wrong, type Parsed } from "./json-line";

/** An offer as the rewards app describes it, in the product's words. Amounts are minor units of the import's currency. */
export interface RewardsOffer {
  readonly code: string;
  readonly kind: OfferKind;
  readonly markMinor: MinorUnits;
  readonly rewardMinor: MinorUnits;
  readonly validHours: number;
  readonly channels: readonly OfferChannel[];
}

const kindByType = new Map<unknown, OfferKind>([
  ["bogo", "SINGLE_PURCHASE"],
  ["discount", "CUMULATIVE_SPEND"],
  ["informational", "INFORMATIONAL"],
]);

const channelByName = new Map<unknown, OfferChannel>([
  ["email", "EMAIL"],
  ["mobile", "MOBILE"],
  ["social", "SOCIAL"],
  ["web", "WEB"],
]);

/** What an offer's terms allow: a year. */
const mostDays = 365;

export function parsePortfolioLine(text: string, decimals: number): Parsed<RewardsOffer> {
  const line = parseJsonObject(text);
  if (!line.ok) return line;
  const { id, offer_type: type, difficulty, reward, duration, channels } = line.value;
  const code = foreignId("id", id);
  if (!code.ok) return code;
  const kind = kindByType.get(type);
  if (kind === undefined) return wrong("offer_type", type, "bogo, discount or informational");
  const markMinor = amountField("difficulty", difficulty, decimals);
  if (!markMinor.ok) return markMinor;
  const rewardMinor = amountField("reward", reward, decimals);
  if (!rewardMinor.ok) return rewardMinor;
  const validHours = hoursOf(duration);
  if (validHours === undefined) {
    return wrong("duration", duration, `days that make whole hours, more than 0 and at most ${mostDays}`);
  }
  const known = channelsOf(channels);
  if (known === undefined) return wrong("channels", channels, "a list of web, email, mobile and social");
  const offer = { code: code.value, kind, validHours, channels: known };
  // An informational offer promises nothing, so what its line says of difficulty and reward binds nobody.
  if (kind === "INFORMATIONAL") return good({ ...offer, markMinor: 0n as MinorUnits, rewardMinor: 0n as MinorUnits });
  if (markMinor.value === 0n) return wrong("difficulty", difficulty, `more than 0 for a ${String(type)}`);
  if (rewardMinor.value === 0n) return wrong("reward", reward, `more than 0 for a ${String(type)}`);
  return good({ ...offer, markMinor: markMinor.value, rewardMinor: rewardMinor.value });
}

export function amountField(field: string, value: unknown, decimals: number): Parsed<MinorUnits> {
  if (typeof value !== "number") return wrong(field, value, "a number");
  const minor = minorFromNumber(value, decimals);
  return typeof minor === "bigint" ? good(minor) : { ok: false, reason: `${field} is ${value}, ${minor}` };
}

/** Days may be fractions, as long as they make whole hours: 0.5 is 12 hours. Noise of the last bit is forgiven. */
function hoursOf(days: unknown): number | undefined {
  if (typeof days !== "number" || !Number.isFinite(days)) return undefined;
  const hours = Math.round(days * 24);
  return hours > 0 && hours <= mostDays * 24 && Math.abs(hours - days * 24) < 1e-9 * Math.max(1, hours)
    ? hours
    : undefined;
}

function channelsOf(names: unknown): OfferChannel[] | undefined {
  if (!Array.isArray(names)) return undefined;
  const channels = names.map((name) => channelByName.get(name));
  return channels.every((channel) => channel !== undefined) ? [...new Set(channels)].sort() : undefined;
}
