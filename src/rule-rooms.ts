import { ruledOffers } from "./offers/ruled-offers";
import { registeredAudiences, type RuleRooms } from "./rules/ruled-things";

/** Every room whose things have rules, and the one whose audiences rules name. */
export const ruleRooms: RuleRooms = { things: [ruledOffers], audiences: registeredAudiences };
