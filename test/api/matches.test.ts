import { newId } from "../../src/kernel/ids";
import { mergeMembers } from "../../src/members/merge-members";
import { recordConsent } from "../../src/members/record-consent";
import { updateMember } from "../../src/members/update-member";
import { updateMerchant } from "../../src/merchants/update-merchant";
import type { OfferContent } from "../../src/offers/core/offer";
import { activateOffer } from "../../src/offers/activate-offer";
import type { Rule } from "../../src/rules/core/rule";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "../support/api";
import { noon, valueOf } from "../support/members-stage";
import { dollars, hours, offersStage, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let merchant: Awaited<ReturnType<OffersStage["merchant"]>>;
let memberId: string;
let me: ReturnType<typeof callers.member>;
const marketer = callers.staff("MARKETER");
/** Codes of the offers that the test under way has made. */
const own = new Set<string>();

beforeAll(async () => {
  stage = await offersStage();
});
beforeEach(async () => {
  own.clear();
  merchant = await stage.merchant();
  memberId = await stage.memberOf(merchant);
  me = callers.member(memberId);
});

const nodes =
  "nodes { rank kind score { total priority value freshness response } offer { code } reasons { fact text } }";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content */
async function matchesOf(actor = me, args = "", options: { now?: Date; selection?: string } = {}): Promise<any> {
  const gid = stage.memberGid(actor, { memberId });
  const query = `query ($id: ID!) { member(id: $id) { matches(first: 100 ${args}) { ${options.selection ?? nodes} } } }`;
  const data: any = await stage.api.ask(actor, query, { id: gid }, options.now ? { now: options.now } : {});
  return data.member.matches;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** The codes of this test's own merchant that match; other tests' offers are others'. */
async function codesOf(actor = me, args = "", options: { now?: Date } = {}): Promise<string[]> {
  const { nodes: found } = await matchesOf(actor, args, options);
  return (found as { offer: { code: string } }[]).map(({ offer }) => offer.code).filter((code) => own.has(code));
}

async function offer(rule: Rule | null, over: Partial<OfferContent> = {}): Promise<{ code: string; offerId: string }> {
  const made = await stage.offer(merchant, { rule, ...over });
  own.add(made.code);
  return made;
}

async function tagged(value: number, over: { sensitivity?: "SENSITIVE" | "PUBLIC" } = {}): Promise<string> {
  const code = await stage.tag(merchant.partnerId, { name: { en: "Monthly spend" }, ...over });
  valueOf(await setTags(stage.work(), { memberId, tags: [{ code, value: { number: value }, observedAt: null }] }));
  return code;
}

async function refusalOf(actor: typeof me, args: string): Promise<string> {
  const query = `query ($id: ID!) { member(id: $id) { matches(${args}) { nodes { rank } } } }`;
  const answer = await stage.api.execute(actor, query, { id: stage.memberGid(actor, { memberId }) });
  return answer.errors?.[0]?.message ?? "none";
}

describe("a member's matches", () => {
  test("are the offers whose rule holds, and those for everybody", async () => {
    const spend = await tagged(3000);
    const held = await offer({ between: { fact: spend, atLeast: 3000 } });
    await offer({ between: { fact: spend, above: 3000 } });
    const everybodys = await offer(null);
    expect((await codesOf()).sort()).toEqual([held.code, everybodys.code].sort());
  });

  test("see a tag that was changed a moment ago", async () => {
    const spend = await tagged(1);
    const wanted = await offer({ between: { fact: spend, atLeast: 2 } });
    expect(await codesOf()).toEqual([]);
    const tags = [{ code: spend, value: { number: 2 }, observedAt: null }];
    valueOf(await setTags(stage.work(), { memberId, tags }));
    expect(await codesOf()).toEqual([wanted.code]);
  });

  test("depend on what the moment says", async () => {
    const fuel = await offer({ equals: { fact: "context.scene", value: "fuel" } });
    const here = await offer({ equals: { fact: "context.merchant", value: merchant.code } });
    const coffee = await offer({ equals: { fact: "context.category", value: "coffee" } });
    const large = await offer({
      all: [
        { between: { fact: "context.amount_minor", atLeast: 5000 } },
        { equals: { fact: "context.currency", value: "USD" } },
      ],
    });
    expect(await codesOf()).toEqual([]);
    expect(await codesOf(me, "scene: fuel")).toEqual([fuel.code]);
    expect((await codesOf(me, `merchant: "${merchant.code}"`)).sort()).toEqual([here.code, coffee.code].sort());
    expect(await codesOf(me, 'amount: { amountMinor: "5000", currency: "USD" }')).toEqual([large.code]);
    expect(await codesOf(me, 'amount: { amountMinor: "4999", currency: "USD" }')).toEqual([]);
  });

  test("count days and hours in the alliance's zone", async () => {
    const monday = await offer({ equals: { fact: "context.weekday", value: "MONDAY" } });
    const evening = await offer({ between: { fact: "context.hour", atLeast: 20 } });
    expect((await codesOf()).sort()).toEqual([monday.code, evening.code].sort());
    expect(await codesOf(me, "", { now: new Date("2026-05-31T15:59:59Z") })).toEqual([evening.code]);
    expect(await codesOf(me, "", { now: new Date("2026-05-31T16:00:00Z") })).toEqual([monday.code]);
  });

  test("are none of offers outside of their window, nor of a suspended merchant", async () => {
    await offer(null, { startsAt: hours(1) });
    await offer(null, { startsAt: hours(-2), endsAt: noon });
    const open = await offer(null, { startsAt: noon, endsAt: hours(1) });
    expect(await codesOf()).toEqual([open.code]);
    const revision = 1;
    valueOf(await updateMerchant(stage.work(), { merchantId: merchant.merchantId, revision, status: "SUSPENDED" }));
    expect(await codesOf()).toEqual([]);
  });

  test("are none of a member that is closed", async () => {
    await offer(null);
    valueOf(await updateMember(stage.work(), { memberId, revision: await revisionOf(), status: "CLOSED" }));
    expect(await codesOf(marketer)).toEqual([]);
  });

  test("are shown to others only as far as the member consents to marketing, and to itself without", async () => {
    const { code } = await offer(null);
    const consent = {
      memberId,
      partnerId: merchant.partnerId,
      purpose: "MARKETING",
      granted: false,
      wording: "v1",
    } as const;
    expect(await codesOf(marketer)).toEqual([code]);
    valueOf(await recordConsent(stage.work(), consent));
    expect(await codesOf(marketer)).toEqual([]);
    expect(await codesOf(callers.service)).toEqual([]);
    expect(await codesOf(me)).toEqual([code]);
  });

  test("are for a partner those of its own merchants", async () => {
    const { code } = await offer(null);
    const others = await stage.merchant();
    await stage.offer(others, {});
    const partner = callers.partner(merchant.partnerId, ["members:read", "offers:read"]);
    const { nodes: found } = await matchesOf(partner);
    expect(found.map((match: { offer: { code: string } }) => match.offer.code)).toEqual([code]);
    expect(await matchesOf(callers.partner(merchant.partnerId, ["members:read"]))).toBeNull();
    expect(await matchesOf(callers.staff("FINANCE"))).toBeNull();
  });
});

async function revisionOf(): Promise<number> {
  const actor = callers.staff("SUPPORT");
  const query = "query ($id: ID!) { member(id: $id) { revision } }";
  const data = await stage.ask(actor, query, { id: stage.memberGid(actor, { memberId }) });
  return data.member.revision as number;
}

describe("the ranking", () => {
  test("is by declared priority, value, freshness and what the member did before", async () => {
    const first = await offer(null, { priority: 900 });
    const second = await offer(null, { priority: 500, reward: dollars(9000) });
    const third = await offer(null, { priority: 500 });
    const last = await offer(null, { priority: 100 });
    expect(await codesOf()).toEqual([first, second, third, last].map(({ code }) => code));
    valueOf(await activateOffer(stage.work(), { offerId: third.offerId, memberId }));
    expect(await codesOf()).toEqual([first, second, third, last].map(({ code }) => code));
    const { nodes: found } = await matchesOf();
    const activated = found.find((match: { offer: { code: string } }) => match.offer.code === third.code);
    expect(activated.score).toEqual({
      ...{ total: 25_000 + 20 * 333 + 10_000 + 20 * 666, priority: 25_000, value: 20 * 333 },
      ...{ freshness: 10_000, response: 20 * 666 },
    });
  });

  test("pages without leaving out or repeating, also where scores are equal", async () => {
    for (let count = 0; count < 7; count += 1) await offer(null);
    const selection = "nodes { rank offer { code } } pageInfo { hasNextPage endCursor }";
    const seen: { rank: number; offer: { code: string } }[] = [];
    let after = "";
    for (let page = 0; page < 100; page += 1) {
      const query = `query ($id: ID!, $after: Cursor) { member(id: $id) { matches(first: 3, after: $after) { ${selection} } } }`;
      // Time goes on between two pages; the pages are of one moment.
      const now = new Date(noon.getTime() + page * 60_000);
      const variables = { id: stage.memberGid(me, { memberId }), ...(after ? { after } : {}) };
      const { member } = await stage.api.ask<{ member: { matches: any } }>(me, query, variables, { now }); // eslint-disable-line @typescript-eslint/no-explicit-any
      seen.push(...member.matches.nodes);
      after = member.matches.pageInfo.endCursor as string;
      if (!member.matches.pageInfo.hasNextPage) break;
    }
    const { nodes: whole } = await matchesOf();
    expect(seen.map((match) => match.offer.code)).toEqual(
      whole.map((match: { offer: { code: string } }) => match.offer.code),
    );
    expect(seen.map((match) => match.rank)).toEqual(seen.map((_, place) => place + 1));
  });

  test("refuses a cursor of another moment, another member, and one that is none", async () => {
    await offer(null);
    const { pageInfo } = await matchesOf(me, "scene: fuel", { selection: "pageInfo { endCursor }" });
    const after = `after: "${pageInfo.endCursor}"`;
    expect(await refusalOf(me, `${after}, scene: fuel`)).toBe("none");
    expect(await refusalOf(me, `${after}, scene: dining`)).toContain("expected a cursor of this connection");
    expect(await refusalOf(me, 'after: "AAAA"')).toContain("expected a cursor of this connection");
  });
});

describe("the moment that is asked for", () => {
  test("is refused where it cannot be", async () => {
    expect(await refusalOf(me, 'merchant: "no-such"')).toBe('merchant is "no-such", expected the code of a merchant.');
    expect(await refusalOf(me, 'outlet: "o-1"')).toBe("outlet is given without merchant, expected both.");
    expect(await refusalOf(me, 'amount: { amountMinor: "-1", currency: "USD" }')).toContain("amount.amountMinor is -1");
    expect(await refusalOf(me, 'amount: { amountMinor: "9007199254740992", currency: "USD" }')).toContain(
      "expected 0 to",
    );
    expect(await refusalOf(me, 'amount: { amountMinor: "1", currency: "XYZ1" }')).toContain("ISO 4217");
    expect(await refusalOf(me, "first: 101")).toBe("first is 101, expected 0 to 100.");
  });

  test("may be another than now for staff and services, not for members and partners", async () => {
    const later = await offer(null, { startsAt: hours(24) });
    expect(await codesOf(marketer, 'at: "2026-06-02T12:00:00Z"')).toEqual([later.code]);
    expect(await codesOf(marketer)).toEqual([]);
    expect(await refusalOf(me, 'at: "2026-06-02T12:00:00Z"')).toContain("You may not read another moment than now");
    expect(await refusalOf(marketer, 'at: "2030-01-01T00:00:00Z"')).toContain("within 400 days");
  });
});

describe("the reasons of a match", () => {
  test("are the conditions it rests on, in the caller's language", async () => {
    const spend = await tagged(3000);
    await offer({
      any: [{ between: { fact: spend, atLeast: 3000 } }, { equals: { fact: "context.hour", value: 20 } }],
    });
    const found = await matchesOf(marketer);
    expect(found.nodes.find(isOwn).reasons).toEqual([
      { fact: spend, text: "Monthly spend: at least 3000" },
      { fact: "context.hour", text: "Hour: 20" },
    ]);
  });

  test("tell the member nothing of the tags that the merchant is after", async () => {
    const spend = await tagged(3000);
    await offer({ all: [{ has: { fact: spend } }, { equals: { fact: "context.hour", value: 20 } }] });
    const found = await matchesOf();
    expect(found.nodes.find(isOwn).reasons).toEqual([{ fact: "context.hour", text: "Hour: 20" }]);
  });

  const isOwn = (match: { offer: { code: string } }) => own.has(match.offer.code) && match.offer.code === lastCode();
  const lastCode = () => [...own].at(-1);
});

describe("matchMembers", () => {
  const query = `query ($ids: [ID!]!) { matchMembers(memberIds: $ids, most: 2) {
    member { id } matches { rank offer { code } } } }`;

  test("answers for each member that the caller may see, in the order asked", async () => {
    const { code } = await offer(null, { priority: 1000 });
    const another = await stage.memberOf(merchant);
    const ids = [another, memberId].map((id) => stage.memberGid(marketer, { memberId: id }));
    const { matchMembers } = await stage.ask(marketer, query, { ids: [...ids, "nobody"] });
    expect(matchMembers.map((each: { member: { id: string } }) => each.member.id)).toEqual(ids);
    for (const { matches } of matchMembers) expect(matches[0]).toEqual({ rank: 1, offer: { code } });
  });

  test("answers once for a merged member and for the one it was merged into", async () => {
    const source = await stage.memberOf(merchant);
    const ids = [source, memberId].map((id) => stage.memberGid(marketer, { memberId: id }));
    valueOf(await mergeMembers(stage.work(), { sourceId: source, targetId: memberId, reason: "one person" }));
    const { matchMembers } = await stage.ask(marketer, query, { ids });
    expect(matchMembers.map((each: { member: { id: string } }) => each.member.id)).toEqual([ids[1]]);
  });

  test("is refused to members, and for more than a hundred", async () => {
    const answer = await stage.api.execute(me, query, { ids: [] });
    expect(answer.errors?.[0]?.message).toBe("You may not read matchMembers.");
    const many = await stage.api.execute(marketer, query, { ids: Array.from({ length: 101 }, () => newId()) });
    expect(many.errors?.[0]?.message).toContain("expected at most 100");
  });
});
