import type { Actor } from "../../src/auth/core/actor";
import type { NodeType } from "../../src/graphql/global-id";
import { newId } from "../../src/kernel/ids";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import { callers } from "./api";
import { hours, type OffersStage } from "./offers-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

export const marketer = callers.staff("MARKETER");
export const approver = callers.staff("APPROVER");

/** A version of an offer as a caller of the API knows it. */
export interface Drafted {
  /** Global id. */
  readonly offerId: string;
  readonly version: number;
  readonly revision: number;
}

export const contentInput = (over = {}) => ({
  name: { en: "Spend 20, get 5", zhCN: "满二十减五" },
  termsText: { en: "At our shops.", zhCN: "限门店使用。" },
  kind: "CUMULATIVE_SPEND",
  mark: { amountMinor: "2000", currency: "USD" },
  reward: { amountMinor: "500", currency: "USD" },
  validHours: 168,
  channels: ["EMAIL"],
  startsAt: hours(-1),
  ...over,
});

/** The life of a merchant's offers, lived through the API alone. */
export function offerLife(stage: OffersStage, merchant: MerchantRow) {
  const sealed = (type: NodeType, id: string, actor: Actor, memberId?: string) =>
    stage.services.ids.forActor(actor).seal(type, id, memberId ?? null);
  const ask = (actor: Actor, document: string, variables = {}, now?: Date): Promise<any> =>
    stage.api.ask<any>(actor, document, variables, now ? { now } : {});

  async function mutate(actor: Actor, name: string, input: object): Promise<any> {
    const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
      offer { id state version } version { version state revision editors approvedBy publishAt }
      userErrors { code message path } } }`;
    return (await ask(actor, document, { input }))[name];
  }

  const newOffer = (over = {}, code = `o-${newId()}`) => ({
    target: { newOffer: { merchantId: sealed("Merchant", merchant.merchantId, marketer), code } },
    content: contentInput(over),
  });

  async function drafted(actor: Actor = marketer, input: object = newOffer()): Promise<Drafted> {
    const { offer, version, userErrors } = await mutate(actor, "draftOffer", input);
    expect(userErrors).toEqual([]);
    return { offerId: offer.id, version: version.version, revision: version.revision };
  }

  /** Takes steps in order, each with the revision that the one before left. */
  async function moved(draft: Drafted, ...steps: [Actor, string, object?][]): Promise<Drafted> {
    let { revision } = draft;
    for (const [actor, name, over] of steps) {
      const answer = await mutate(actor, name, { ...draft, revision, ...over });
      expect(answer.userErrors).toEqual([]);
      revision = answer.version.revision;
    }
    return { ...draft, revision };
  }

  const published = async (draft?: Drafted) =>
    moved(
      draft ?? (await drafted()),
      [marketer, "submitOffer"],
      [approver, "approveOffer"],
      [marketer, "publishOffer"],
    );

  return { sealed, ask, mutate, newOffer, drafted, moved, published };
}
