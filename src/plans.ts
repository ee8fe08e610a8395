import "reflect-metadata";
import { viewerPlan } from "./auth/viewer.plan";
import type { RoomPlan } from "./graphql/plan/fields";
import { matchesPlan } from "./matching/matches.plan";
import { membersPlan } from "./members/members.plan";
import { merchantsPlan } from "./merchants/merchants.plan";
import { deliveriesPlan } from "./offers/deliveries.plan";
import { offersPlan } from "./offers/offers.plan";
import { programsPlan } from "./programs/programs.plan";
import { purchasesPlan } from "./purchases/purchases.plan";
import { memberTagsPlan } from "./tags/member-tags.plan";

/** How every room's objects are read in one statement and written as text: what the planner knows. */
export const roomPlans: readonly RoomPlan[] = [
  viewerPlan,
  membersPlan,
  merchantsPlan,
  programsPlan,
  offersPlan,
  deliveriesPlan,
  purchasesPlan,
  memberTagsPlan,
  matchesPlan,
];
