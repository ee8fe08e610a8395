import { setTimeout as pause } from "node:timers/promises";
import { newId } from "../../src/kernel/ids";
import type { MerchantRow } from "../../src/merchants/merchants.queries";
import type { OfferContent } from "../../src/offers/core/offer";
import type { Rule } from "../../src/rules/core/rule";
import { SituationTranslator } from "../../src/rules/core/local-situation";
import { momentOf, type AskedMoment } from "../../src/rules/core/moment";
import { noon } from "../support/members-stage";
import { approver, marketer, offerLife, type Drafted } from "../support/offer-life";
import { testApi, type TestApi } from "../support/api";
import { hours, offersStage, type OffersStage } from "../support/offers-stage";

/* What is published is matched by the next request to the server that published it, and within a second by the others. */

let stage: OffersStage;
let merchant: MerchantRow;
let life: ReturnType<typeof offerLife>;

beforeAll(async () => {
  stage = await offersStage();
  merchant = await stage.merchant();
  life = offerLife(stage, merchant);
});

const fuelOnly: Rule = { equals: { fact: "context.scene", value: "fuel" } };
const nobodyYet = { encoded: { keys: new Int32Array(0), slots: new Int32Array(0), values: new Float64Array(0) } };
const stranger = { ...nobodyYet, bornOn: null, counters: new Map<string, number>(), audiences: new Set<string>() };

/** Ids of the offers that somebody of whom nothing is known gets in the moment. */
function matched({ services }: TestApi, now = noon, asked: Partial<AskedMoment> = {}): string[] {
  const { index, vocabulary, thing } = services.rules.at(now);
  const translator = new SituationTranslator(vocabulary, services.facts.numbers);
  const situation = translator.translate(stranger, momentOf({ instant: now, ...asked }, services.timeZone));
  if (!situation) throw new Error("nothing is known, so nothing is unknown");
  const count = index.match(situation);
  return Array.from(index.matched.subarray(0, count), (number) => thing(number).id);
}

const idOf = ({ offerId }: Drafted) => stage.services.ids.forActor(marketer).open(offerId)?.id ?? "";

/** As a server does it: a mutation, and then the store as it is. */
const published = async (over: object = {}): Promise<Drafted> =>
  life.published(await life.drafted(marketer, life.newOffer(over)));

describe("the server that publishes", () => {
  it("matches an offer once it is published, and not while it is drafted, paused or ended", async () => {
    const draft = await life.drafted(marketer, life.newOffer());
    expect(matched(stage.api)).not.toContain(idOf(draft));
    const offer = await life.published(draft);
    expect(matched(stage.api)).toContain(idOf(offer));
    const paused = await life.moved(offer, [marketer, "pauseOffer"]);
    expect(matched(stage.api)).not.toContain(idOf(offer));
    const resumed = await life.moved(paused, [marketer, "resumeOffer"]);
    expect(matched(stage.api)).toContain(idOf(offer));
    await life.moved(resumed, [marketer, "endOffer"]);
    expect(matched(stage.api)).not.toContain(idOf(offer));
  });

  it("matches what is scheduled from when it is published, not from when it is approved", async () => {
    const draft = await life.drafted(marketer, life.newOffer());
    await life.moved(
      draft,
      [marketer, "submitOffer"],
      [approver, "approveOffer"],
      [marketer, "scheduleOffer", { publishAt: hours(1) }],
    );
    expect(matched(stage.api)).not.toContain(idOf(draft));
    expect(matched(stage.api, hours(2))).not.toContain(idOf(draft));
  });

  it("matches by the rule of the version that is live, not by that of the next one's draft", async () => {
    const offer = await published({ ruleText: 'context.scene = "fuel"' });
    expect(matched(stage.api, noon, { scene: "fuel" })).toContain(idOf(offer));
    expect(matched(stage.api, noon, { scene: "dining" })).not.toContain(idOf(offer));
    const content = { ...life.newOffer({ ruleText: 'context.scene = "dining"' }).content };
    const next = await life.drafted(marketer, { target: { offerId: offer.offerId }, content });
    expect(matched(stage.api, noon, { scene: "fuel" })).toContain(idOf(offer));
    await life.published(next);
    expect(matched(stage.api, noon, { scene: "fuel" })).not.toContain(idOf(offer));
    expect(matched(stage.api, noon, { scene: "dining" })).toContain(idOf(offer));
  });

  it("holds to the window, its beginning included and its end not, forwards and backwards", async () => {
    const offer = await published({ startsAt: hours(10), endsAt: hours(20) });
    const at = (millis: number) => matched(stage.api, new Date(millis)).includes(idOf(offer));
    const [from, to] = [hours(10).getTime(), hours(20).getTime()];
    expect([from - 1, from, to - 1, to, to - 1, from, from - 1].map(at)).toEqual([
      ...[false, true, true, false],
      ...[true, true, false],
    ]);
  });
});

describe("another server", () => {
  it("matches a publication within a second, and a pause", async () => {
    const other = testApi(stage.services.database, () => noon);
    await other.services.catalogue.open();
    await other.services.rules.open(() => noon);
    try {
      const offer = await published({ rule: { equals: { fact: "context.scene", value: { text: "fuel" } } } });
      await until(() => matched(other, noon, { scene: "fuel" }).includes(idOf(offer)));
      expect(matched(other, noon, { scene: "airport" })).not.toContain(idOf(offer));
      await life.moved(offer, [marketer, "pauseOffer"]);
      await until(() => !matched(other, noon, { scene: "fuel" }).includes(idOf(offer)));
    } finally {
      await other.services.rules.close();
      await other.services.catalogue.close();
    }
  });
});

describe("a catalogue that is loaded anew", () => {
  it("is taken in slices, and what matched before goes on to match meanwhile", async () => {
    const offers = await Promise.all(Array.from({ length: 6 }, () => stage.offer(merchant, ruled(fuelOnly))));
    await stage.services.catalogue.catchUp();
    const ids = offers.map((offer) => offer.offerId);
    expect(matched(stage.api, noon, { scene: "fuel" })).toEqual(expect.arrayContaining(ids));
    await stage.services.catalogue.reload();
    expect(matched(stage.api, noon, { scene: "fuel" })).toEqual(expect.arrayContaining(ids));
    await stage.services.rules.settled();
    expect(stage.services.rules.size.waiting).toBe(0);
    expect(matched(stage.api, noon, { scene: "fuel" })).toEqual(expect.arrayContaining(ids));
  });

  it("answers the same from an index that was built anew by a sample", async () => {
    const before = matched(stage.api, noon, { scene: "fuel" }).sort();
    await stage.services.rules.rebuild(noon);
    expect(matched(stage.api, noon, { scene: "fuel" }).sort()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });
});

const ruled = (rule: Rule): Partial<OfferContent> => ({ rule, name: { en: `Fuel ${newId()}` } });

async function until(holds: () => boolean): Promise<void> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > 1_000) throw new Error("did not hold within a second");
    await pause(20);
  }
}
