import type { Actor } from "../../src/auth/core/actor";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import type { OfferRow } from "../../src/offers/offers.queries";
import { setTags } from "../../src/tags/set-tags";
import { noon, valueOf } from "./members-stage";
import { marketer, offerLife } from "./offer-life";
import { offersStage, type OffersStage } from "./offers-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

/** Sixty members who consent to marketing, with a number of their own, every third with a flag, and the words in which simulations are asked for. */
export interface SimulationsStage extends OffersStage {
  readonly shop: MerchantRow;
  readonly life: ReturnType<typeof offerLife>;
  /** NUMBER: 0 for the first member, 59 for the last. */
  readonly spend: string;
  /** BOOLEAN, of every third: true and false by turns. */
  readonly gold: string;
  /** BOOLEAN, sensitive, of nobody. */
  readonly secret: string;
  readonly memberIds: readonly string[];
  gid(offer: { readonly offerId: string }): string;
  draft(offer: OfferRow, as: object): { readonly offerId: string; readonly as: object };
  start(input: object, actor?: Actor): Promise<any>;
  read(id: string, actor?: Actor, now?: Date): Promise<any>;
  cancel(id: string, actor?: Actor): Promise<any>;
  /** Runs one to its end. */
  run(input: object, actor?: Actor): Promise<any>;
  rawId(id: string): string;
}

const memberCount = 60;

const counts = "before after gained lost";
const money = "{ amountMinor currency }";
const liability = `{ before ${money} after ${money} gained ${money} lost ${money} }`;
const fields = `id state at seed population sampled counted startedAt endedAt
  countedLiability ${liability} estimatedLiability ${liability}
  rules { offer { code } publishedVersion draftVersion isPublishedOpen isDraftOpen missingContext
    counted { ${counts} } estimated { ${counts} }
    countedLiability ${liability} estimatedLiability ${liability} }`;

export async function simulationsStage(): Promise<SimulationsStage> {
  const stage = await offersStage();
  const shop = await stage.merchant();
  const life = offerLife(stage, shop);
  const { partnerId } = shop;
  const spend = await stage.tag(partnerId, { type: "NUMBER" });
  const gold = await stage.tag(partnerId, { type: "BOOLEAN" });
  const secret = await stage.tag(partnerId, { type: "BOOLEAN", sensitivity: "SENSITIVE" });
  const memberIds: string[] = [];
  for (let place = 0; place < memberCount; place += 1) {
    const memberId = await stage.memberOf(shop);
    memberIds.push(memberId);
    const third = place % 3 === 0 ? [{ code: gold, value: { boolean: place % 2 === 0 } }] : [];
    const values = [{ code: spend, value: { number: place } }, ...third];
    const tags = values.map((each) => ({ ...each, observedAt: null }));
    valueOf(await setTags(stage.work(), { memberId, tags }));
  }
  const gid: SimulationsStage["gid"] = ({ offerId }) => life.sealed("Offer", offerId, marketer);
  return {
    ...{ ...stage, shop, life, spend, gold, secret, memberIds, gid },
    ...{ draft: (offer, as) => ({ offerId: gid(offer), as }), ...asking(stage) },
  };
}

function asking(stage: OffersStage): Pick<SimulationsStage, "start" | "read" | "cancel" | "run" | "rawId"> {
  const start: SimulationsStage["start"] = async (input, actor = marketer) => {
    const document = `mutation ($input: SimulateRulesInput!) { simulateRules(input: $input) {
      simulation { ${fields} } userErrors { code message path } } }`;
    return (await stage.ask(actor, document, { input })).simulateRules;
  };
  const read: SimulationsStage["read"] = async (id, actor = marketer, now = noon) => {
    const document = `query ($id: ID!) { simulation(id: $id) { ${fields} } }`;
    return (await stage.api.ask<any>(actor, document, { id }, { now })).simulation;
  };
  const cancel: SimulationsStage["cancel"] = async (simulationId, actor = marketer) => {
    const document = `mutation ($input: CancelSimulationInput!) { cancelSimulation(input: $input) {
      simulation { state counted endedAt } userErrors { code path } } }`;
    return stage.mutate(actor, document, { simulationId });
  };
  const rawId = (id: string) => stage.services.ids.forActor(marketer).open(id)?.id ?? "";
  const run: SimulationsStage["run"] = async (input, actor = marketer) => {
    const { simulation, userErrors } = await start(input, actor);
    expect(userErrors).toEqual([]);
    await stage.services.simulations.settled(rawId(simulation.id));
    return read(simulation.id, actor);
  };
  return { start, read, cancel, run, rawId };
}
