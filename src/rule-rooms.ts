import { audienceSource } from "./audiences/audience-rules";
import { ruledOffers } from "./offers/ruled-offers";
import type { RuleRooms } from "./rules/ruled-things";

/** Every room whose things have rules, and the one whose audiences rules name. */
export const ruleRooms: RuleRooms = { things: [ruledOffers], audiences: audienceSource };
