import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { actorIdOf } from "../auth/core/actor";
import type { RequestContext } from "../context";
import { readableScope } from "../graphql/authorize";
import { badInput } from "../graphql/errors";
import { rawId } from "../graphql/ids-in-filters";
import { payload } from "../graphql/payload";
import type { Result } from "../kernel/result";
import { askedMoment, checkInstant } from "../matching/asked-moment";
import { fromRuleInput } from "../rules/rules.view";
import type { Moment } from "../rules/core/moment";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { cancelSimulation } from "./cancel-simulation";
import { simulateRules } from "./simulate-rules";
import type { MembersAsked, SampleAsked } from "./simulated-members";
import type { OfferDraft } from "./simulated-offers";
import {
  CancelSimulationInput,
  CancelSimulationPayload,
  SimulateRulesInput,
  SimulateRulesPayload,
  type SimulatedDraftInput,
  type SimulatedMembersInput,
} from "./simulations.inputs";
import { simulationById, type SimulationRow } from "./simulations.queries";
import { SimulationType } from "./simulations.types";
import { toSimulation } from "./simulations.view";

@Resolver()
export class SimulationResolver {
  @Query(() => SimulationType, {
    nullable: true,
    description: "A simulation that the caller started: how far it is, and what was counted.",
  })
  async simulation(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<SimulationType | null> {
    readableScope(context, "simulation");
    const actorId = actorIdOf(context.actor) ?? "";
    const row = await simulationById(context.database.app, rawId(context, "Simulation", id), actorId);
    return row ? toSimulation(row, context) : null;
  }

  @Mutation(() => SimulateRulesPayload, {
    description:
      "Starts to count what would change if drafts were published: who gains an offer, who loses it, and what its " +
      "rewards would come to at most. Members without the consent to MARKETING that delivery asks for count for nobody. " +
      "Answers at once; a caller may have two running. Nothing is changed by it.",
  })
  async simulateRules(
    @Arg("input", () => SimulateRulesInput, { description: "What is tried, with whom, and when." })
    input: SimulateRulesInput,
    @Ctx() context: RequestContext,
  ): Promise<SimulateRulesPayload> {
    const result = await simulateRules(context, {
      drafts: input.drafts.map((draft) => draftOf(context, draft)),
      members: sampleOf(input.members),
      momentOf: (snapshot) => momentOf(context, input, snapshot),
    });
    return answer(context, result);
  }

  @Mutation(() => CancelSimulationPayload, {
    description: "Ends a simulation that the caller started. One that has ended already is answered as it is.",
  })
  async cancelSimulation(
    @Arg("input", () => CancelSimulationInput, { description: "Which one." }) input: CancelSimulationInput,
    @Ctx() context: RequestContext,
  ): Promise<CancelSimulationPayload> {
    return answer(context, await cancelSimulation(context, rawId(context, "Simulation", input.simulationId)));
  }
}

async function answer(context: RequestContext, result: Result<SimulationRow>): Promise<SimulateRulesPayload> {
  const simulation = result.ok ? await toSimulation(result.value, context) : null;
  return payload(result, () => ({ simulation }));
}

function draftOf(context: RequestContext, { offerId, as }: SimulatedDraftInput): OfferDraft {
  const id = rawId(context, "Offer", offerId);
  if (as.version !== undefined) return { offerId: id, as: { version: as.version } };
  if (as.everybody === undefined)
    return { offerId: id, as: { rule: { tree: as.rule && fromRuleInput(as.rule), text: as.text } } };
  if (as.everybody) return { offerId: id, as: "EVERYBODY" };
  throw badInput("everybody is false, expected true, or another field.");
}

function sampleOf(input: SimulatedMembersInput | null | undefined): SampleAsked {
  const { of, size = 10_000, seed = 1 } = input ?? {};
  const asked: MembersAsked = !of
    ? "EVERYBODY"
    : of.audience !== undefined
      ? { audience: of.audience }
      : { rule: { tree: of.rule && fromRuleInput(of.rule), text: of.text } };
  return { of: asked, size, seed };
}

/**
 * Whoever may simulate may do so for another moment: of single members that would tell what they are, of counts it does
 * not, so the policy of `MomentInput.at` is not asked.
 */
function momentOf(context: RequestContext, { moment }: SimulateRulesInput, catalogue: CatalogueSnapshot): Moment {
  const { actor, now, services } = context;
  if (moment?.at) checkInstant(moment.at, now);
  return askedMoment({ actor, now, services, catalogue }, { ...moment, at: null }, moment?.at ?? now);
}
