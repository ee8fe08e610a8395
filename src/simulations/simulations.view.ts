import type { RequestContext } from "../context";
import { minorUnits, type Money } from "../kernel/money";
import { asOffer } from "../offers/offers.resolver";
import type { ComparedCounts } from "../rules/core/simulation";
import {
  liabilitiesOf,
  scaledCounts,
  scaledLiability,
  sumLiabilities,
  type Liability,
  type Scale,
} from "./core/liability";
import { stateAt, type SimulatedSide, type SimulatedThing } from "./core/simulated-thing";
import type { SimulationRow } from "./simulations.queries";
import type { SimulatedLiabilityType, SimulatedRuleType, SimulationType } from "./simulations.types";

const nobody: ComparedCounts = { before: 0, after: 0, gained: 0, lost: 0 };

export async function toSimulation(row: SimulationRow, context: RequestContext): Promise<SimulationType> {
  const { seed, population, sampled, counted, startedAt, endedAt, moment, things } = row;
  const scale = row.state === "DONE" && population !== null && sampled !== null ? { population, sampled } : null;
  const counts = things.map((_, place) => row.counts[place] ?? nobody);
  const liabilities = things.map((thing, place) => liabilityOf(thing, counts[place] ?? nobody));
  const rules = await Promise.all(
    things.map((thing, place) => toRule(context, thing, counts[place] ?? nobody, liabilities[place] ?? [], scale)),
  );
  return {
    ...{ seed, population, sampled, counted, startedAt, endedAt, rules },
    id: context.ids.seal("Simulation", row.simulationId),
    state: stateAt(row, context.now),
    at: moment,
    ...shownLiability(sumLiabilities(liabilities.flat()), scale),
  };
}

async function toRule(
  context: RequestContext,
  thing: SimulatedThing,
  counted: ComparedCounts,
  liability: readonly Liability[],
  scale: Scale | null,
): Promise<SimulatedRuleType> {
  const { offerId, before, after, missingContext } = thing;
  const row = await context.loaders.offerById.load(offerId);
  return {
    ...{ missingContext, counted },
    offer: row ? asOffer(row) : null,
    publishedVersion: before?.version ?? null,
    draftVersion: after.version,
    isPublishedOpen: before?.isOpen ?? null,
    isDraftOpen: after.isOpen,
    estimated: scale && scaledCounts(counted, scale),
    ...shownLiability(liability, scale),
  };
}

function liabilityOf({ before, after }: SimulatedThing, counts: ComparedCounts): Liability[] {
  return liabilitiesOf(counts, before && rewardOf(before), rewardOf(after));
}

function rewardOf({ reward }: SimulatedSide): Money | null {
  return reward && { amountMinor: minorUnits(BigInt(reward.amountMinor)), currency: reward.currency };
}

function shownLiability(liability: readonly Liability[], scale: Scale | null) {
  return {
    countedLiability: liability.map(toLiability),
    estimatedLiability: scale && liability.map((each) => toLiability(scaledLiability(each, scale))),
  };
}

function toLiability({ currency, before, after, gained, lost }: Liability): SimulatedLiabilityType {
  const of = (amountMinor: bigint) => ({ amountMinor, currency });
  return { before: of(before), after: of(after), gained: of(gained), lost: of(lost) };
}
