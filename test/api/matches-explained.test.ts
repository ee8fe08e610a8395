import { recordConsent } from "../../src/members/record-consent";
import type { OfferContent } from "../../src/offers/core/offer";
import type { Rule } from "../../src/rules/core/rule";
import type { Sensitivity } from "../../src/tags/core/tag";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "../support/api";
import { audienceLife } from "../support/audience-life";
import { valueOf } from "../support/members-stage";
import { hours, offersStage, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let merchant: Awaited<ReturnType<OffersStage["merchant"]>>;
let memberId: string;
const marketer = callers.staff("MARKETER");
type Caller = Parameters<OffersStage["ask"]>[0];

beforeAll(async () => {
  stage = await offersStage();
});
beforeEach(async () => {
  merchant = await stage.merchant();
  memberId = await stage.memberOf(merchant);
});

const selection = `matches holds summary rule { text } gates { kind holds nearMiss { text } }
  conditions { path operator holds isWished decides isWithheld fact text wanted { text }
    value { boolean number text set } nearMiss { kind distance measure unit choices met of text } }`;
const query = `query ($memberId: ID!, $of: ExplainedInput!, $moment: MomentInput) {
  explain(memberId: $memberId, of: $of, moment: $moment) { ${selection} } }`;

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content */
async function explained(actor: Caller, of: object, moment?: object, options = {}): Promise<any> {
  const variables = { memberId: stage.memberGid(actor, { memberId }), of, moment };
  const data: any = await stage.api.ask(actor, query, variables, options);
  return data.explain;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

async function refusalOf(actor: Caller, of: object): Promise<string | undefined> {
  const variables = { memberId: stage.memberGid(actor, { memberId }), of };
  const { errors } = await stage.api.execute(actor, query, variables);
  return errors?.[0]?.message;
}

async function offer(rule: Rule | null, over: Partial<OfferContent> = {}): Promise<string> {
  const { offerId } = await stage.offer(merchant, { rule, ...over });
  return stage.services.ids.forActor(callers.service).seal("Offer", offerId);
}

async function tagged(value: number, sensitivity: Sensitivity = "INTERNAL", source?: string): Promise<string> {
  const over = { name: { en: "Monthly spend", "zh-CN": "月消费" }, unit: "CNY", sensitivity };
  const code = await stage.tag(source ?? merchant.partnerId, over);
  valueOf(await setTags(stage.work(), { memberId, tags: [{ code, value: { number: value }, observedAt: null }] }));
  return code;
}

describe("an explanation of an offer", () => {
  test("tells a marketer by one query why she does not get it", async () => {
    const spend = await tagged(2980);
    const offerId = await offer({
      all: [{ between: { fact: spend, atLeast: 3000 } }, { equals: { fact: "context.scene", value: "dining" } }],
    });
    const answer = await explained(marketer, { offerId }, { scene: "dining" });
    expect(answer).toMatchObject({
      ...{ matches: false, holds: false },
      summary: "Does not match: Monthly spend: at least 3000 CNY (20 CNY more)",
      rule: { text: `${spend} >= 3000 and context.scene = "dining"` },
    });
    expect(answer.gates.every((gate: { holds: boolean }) => gate.holds)).toBe(true);
    const [root, first, second] = answer.conditions;
    expect(root).toMatchObject({
      path: [],
      operator: "all",
      nearMiss: { kind: "CONDITIONS", met: 1, of: 2, distance: 1 },
    });
    expect(first).toMatchObject({
      ...{ path: ["all", "0"], holds: false, decides: true, fact: spend, wanted: { text: `${spend} >= 3000` } },
      value: { number: 2980 },
      nearMiss: { kind: "RAISE", distance: 20, measure: "NUMBER", unit: "CNY", text: "20 CNY more" },
    });
    expect(second).toMatchObject({ holds: true, decides: false, value: { text: "dining" }, nearMiss: null });
  });

  test("is in the caller's language", async () => {
    const spend = await tagged(2980);
    const offerId = await offer({ between: { fact: spend, atLeast: 3000 } });
    const answer = await explained(marketer, { offerId }, undefined, { locale: "zh-CN" });
    expect(answer.summary).toBe("不匹配:月消费:至少 3000 CNY (还差20 CNY)");
  });

  test("tells when its window opens, that it is withdrawn, and that consent is missing", async () => {
    const offerId = await offer(null, { startsAt: hours(72) });
    const consent = {
      memberId,
      partnerId: merchant.partnerId,
      purpose: "MARKETING",
      granted: false,
      wording: "v1",
    } as const;
    valueOf(await recordConsent(stage.work(), consent));
    const answer = await explained(marketer, { offerId });
    expect(answer).toMatchObject({ matches: false, holds: true, conditions: [] });
    expect(answer.gates).toEqual([
      { kind: "MEMBER_ACTIVE", holds: true, nearMiss: null },
      { kind: "PUBLISHED", holds: true, nearMiss: null },
      { kind: "WINDOW", holds: false, nearMiss: { text: "opens in 3 days" } },
      { kind: "MERCHANT_ACTIVE", holds: true, nearMiss: null },
      { kind: "CONSENT", holds: false, nearMiss: null },
    ]);
    const own = await explained(callers.member(memberId), { offerId });
    expect(own.gates.map((gate: { kind: string }) => gate.kind)).not.toContain("CONSENT");
  });

  test("agrees with what matches", async () => {
    const spend = await tagged(3000);
    const offerId = await offer({ between: { fact: spend, atLeast: 3000 } });
    expect(await explained(marketer, { offerId })).toMatchObject({ matches: true, summary: "Matches." });
  });
});

describe("what the asker may not see", () => {
  test("of a sensitive tag is its value and distance, but not that it decided", async () => {
    const score = await tagged(17, "SENSITIVE");
    const offerId = await offer({ between: { fact: score, atLeast: 40 } });
    const seen = await explained(callers.staff("RISK"), { offerId });
    expect(seen.conditions[0]).toMatchObject({ isWithheld: false, value: { number: 17 }, nearMiss: { distance: 23 } });
    const hidden = await explained(marketer, { offerId });
    expect(hidden.conditions[0]).toMatchObject({
      ...{ holds: false, decides: true, isWithheld: true, value: null, nearMiss: null },
    });
    expect(JSON.stringify(hidden).replaceAll(score, "")).not.toMatch(/17|23/);
  });

  test("is to the member what its merchant is after, and to support what the rule is", async () => {
    const spend = await tagged(17);
    const offerId = await offer({
      all: [{ between: { fact: spend, atLeast: 4000 } }, { between: { fact: "context.amount_minor", atLeast: 5000 } }],
    });
    const moment = { amount: { amountMinor: "3000", currency: "CNY" } };
    for (const actor of [callers.member(memberId), callers.staff("SUPPORT")]) {
      const answer = await explained(actor, { offerId }, moment);
      expect(answer.rule).toBeNull();
      expect(answer.conditions[1]).toMatchObject({
        isWithheld: true,
        decides: true,
        fact: null,
        text: null,
        wanted: null,
      });
      expect(answer.conditions[2]).toMatchObject({ isWithheld: false, nearMiss: { text: "spend CNY 20.00 more" } });
      expect(answer.summary).toContain("a condition that you may not see");
      expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${spend}|4000|Monthly`));
    }
  });

  test("is to a partner other partners' tags, and others' offers", async () => {
    const partner = callers.partner(merchant.partnerId, ["members:read", "offers:read", "offers:write"]);
    const gid = (id: string) => stage.services.ids.forActor(partner).seal("Offer", id);
    const foreign = await tagged(17, "INTERNAL", await stage.partner());
    const own = await stage.offer(merchant, { rule: { between: { fact: foreign, atLeast: 40 } } });
    const answer = await explained(partner, { offerId: gid(own.offerId) });
    expect(answer.conditions[0]).toMatchObject({ isWithheld: true, decides: true, value: null, nearMiss: null });
    expect(JSON.stringify(answer).replaceAll(foreign, "")).not.toMatch(/17|23/);
    const either = {
      any: [{ has: { fact: "context.hour" } }, { has: { fact: foreign } }, { has: { fact: "member.age" } }],
    };
    const some = await stage.offer(merchant, { rule: { all: [{ not: either }, { has: { fact: foreign } }] } });
    const { conditions } = await explained(partner, { offerId: gid(some.offerId) });
    const withheld = conditions.filter((each: { isWithheld: boolean }) => each.isWithheld);
    expect(withheld.length).toBeGreaterThan(0);
    for (const each of withheld) expect(each).toMatchObject({ decides: true, holds: null, nearMiss: null });
    expect(conditions[0]).toMatchObject({ holds: false, nearMiss: null });
    // As the offer itself shows its rule: tags of others that the partner could not name are not told by it.
    expect(answer.rule).toBeNull();
    const others = await stage.offer(await stage.merchant(), {});
    expect(await explained(partner, { offerId: gid(others.offerId) })).toBeNull();
  });
});

describe("the summary", () => {
  test("says of a condition below a not that it must not be so", async () => {
    const spend = await tagged(2980);
    const answer = await explained(marketer, { ruleText: `not ${spend} >= 2000` });
    expect(answer.summary).toBe(
      "Does not match: must not be so: Monthly spend: at least 2000 CNY (more than 980 CNY less)",
    );
    const other = await explained(marketer, { ruleText: `not ${spend} >= 2000` }, undefined, { locale: "zh-CN" });
    expect(other.summary).toContain("不匹配:不得满足:月消费:至少 2000 CNY");
  });

  test("is sure of what is withheld only where nothing else is missing", async () => {
    const score = await tagged(17, "SENSITIVE");
    const alone = await offer({ between: { fact: score, atLeast: 40 } });
    expect((await explained(marketer, { offerId: alone })).summary).toMatch(/^Does not match: .*at least 40/);
    const beside = await offer({
      all: [{ between: { fact: score, atLeast: 40 } }, { equals: { fact: "context.scene", value: "dining" } }],
    });
    const answer = await explained(marketer, { offerId: beside }, { scene: "fuel" });
    expect(answer.summary).toContain("perhaps a condition that you may not see");
    expect(answer.conditions[1]).toMatchObject({ holds: null, decides: true, isWithheld: true });
  });
});

describe("an explanation of a rule of one's own", () => {
  test("takes it as text or as a tree", async () => {
    const spend = await tagged(2980);
    const answer = await explained(marketer, { ruleText: `not ${spend} >= 2000` });
    expect(answer).toMatchObject({ matches: false, gates: [], rule: { text: `not (${spend} >= 2000)` } });
    expect(answer.conditions[1]).toMatchObject({
      ...{ path: ["not"], holds: true, isWished: false, decides: true },
      nearMiss: { kind: "LOWER", distance: 980, text: "more than 980 CNY less" },
    });
    const tree = { between: { fact: spend, atLeast: 2980 } };
    expect(await explained(marketer, { rule: tree })).toMatchObject({ matches: true });
  });

  test("is refused to members, for facts that the caller may not see of a member, and where it is no rule", async () => {
    const score = await tagged(17, "SENSITIVE");
    const rule = { between: { fact: score, atLeast: 1 } };
    expect(await refusalOf(callers.member(memberId), { rule })).toContain("You may not read explanations of rules");
    expect(await refusalOf(marketer, { rule })).toBeTruthy();
    expect(await refusalOf(marketer, { rule: { has: { fact: "member.age" } } })).toContain("values you may not see");
    expect(await refusalOf(marketer, { ruleText: "no_such_tag" })).toContain("no_such_tag");
  });

  test("is refused for an audience behind which is what the caller may not see", async () => {
    const spend = await tagged(17);
    const { published } = audienceLife(stage);
    const open = await published({ rule: { has: { fact: spend } } });
    const closed = await published({ rule: { has: { fact: "member.age" } } });
    expect(await explained(marketer, { ruleText: `in audience "${open.code}"` })).toMatchObject({ holds: true });
    expect(await refusalOf(marketer, { ruleText: `in audience "${closed.code}"` })).toContain("values you may not see");
  });

  test("is refused to partners for tiers as a whole", async () => {
    const partner = callers.partner(merchant.partnerId, ["members:read", "offers:read", "offers:write"]);
    expect(await refusalOf(partner, { rule: { has: { fact: "member.tiers" } } })).toContain("values you may not see");
  });

  test("of a member that the caller may not see is none", async () => {
    const stranger = callers.partner(await stage.partner(), ["members:read", "offers:read", "offers:write"]);
    expect(await explained(stranger, { ruleText: "context.hour = 20" })).toBeNull();
  });
});
