import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLObjectType } from "graphql";
import type { Actor } from "../../src/auth/core/actor";
import { partnerScopes } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { linkIdentity } from "../../src/members/link-identity";
import { recordConsent } from "../../src/members/record-consent";
import { updateMember } from "../../src/members/update-member";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { buildAllianceSchema } from "../../src/schema";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "../support/api";
import { valueOf } from "../support/members-stage";
import { hours, offersStage, recorded, type OffersStage } from "../support/offers-stage";

let stage: OffersStage;
let bank: string;
let shop: string;
let memberId: string;

/** Everything that happens to the member happens at an instant of its own. */
let minutes = 0;
const later = () => hours(++minutes / 60);
const joinedAt = hours(-9_000);

beforeAll(async () => {
  stage = await offersStage();
  [bank, shop] = [await stage.partner(), await stage.partner()];
  const profile = { displayName: "Mary Lee", email: null, phone: null, birthDate: null };
  ({ memberId } = await stage.member(bank, { joinedAt, profile }));
  const at = () => stage.work(undefined, later());
  valueOf(await linkIdentity(at(), { memberId, partnerId: shop, number: newId() }));
  for (const partnerId of [bank, shop]) {
    const consent = { memberId, partnerId, purpose: "MARKETING", granted: true, wording: "v1" } as const;
    valueOf(await recordConsent(at(), consent));
    const code = await stage.tag(partnerId, { sensitivity: "PUBLIC" });
    const observedAt = later();
    valueOf(await setTags(at(), { memberId, tags: [{ code, value: { number: 1 }, observedAt }] }));
    const merchant = await stage.merchant(partnerId);
    const { offerId } = await stage.offer(merchant);
    const delivery = { offerId, memberId, channel: null, sourceReference: newId() };
    valueOf(await deliverOffer(at(), delivery));
    const purchase = stage.purchase(merchant, memberId, { occurredAt: later() });
    await recorded(stage, purchase, later());
  }
  const { revision } = valueOf(await updateMember(at(), { memberId, revision: 1, locale: "zh-CN" }));
  expect(revision).toBe(2);
});

/** The same for whoever reads them and about no member; only their ids and codes are asked for. */
const catalogue = ["Partner", "Merchant", "Outlet", "Program", "Tier", "Offer", "OfferContent", "TagDefinition"];

/** All fields of a type that can be asked without an argument. */
function everythingOf(type: GraphQLObjectType, depth = 0): string {
  if (depth > 8) return "__typename";
  const fields = Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));
  const selections = fields.flatMap((field) => {
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return [field.name];
    if (!isObjectType(inner) || inner.name === "Member" || catalogue.includes(inner.name)) return [];
    return [`${field.name} { ${everythingOf(inner, depth + 1)} }`];
  });
  return ["__typename", ...selections].join(" ");
}

type Leaf = readonly [path: string, value: unknown];

function leavesOf(value: unknown, path = "member"): Leaf[] {
  if (value === null || typeof value !== "object") return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, /^\d+$/.test(key) ? path : `${path}.${key}`));
}

const member = buildAllianceSchema().getType("Member") as GraphQLObjectType;

async function leavesFor(actor: Actor): Promise<Leaf[]> {
  const document = `query ($id: ID!) { member(id: $id) { ${everythingOf(member)} } }`;
  const answer = await stage.ask(actor, document, { id: stage.memberGid(actor, { memberId }) });
  return leavesOf(answer.member).filter(([path, value]) => value !== null && !path.endsWith("__typename"));
}

/** The leaves of the one whose value the other one sees too, wherever. */
function shared(ones: readonly Leaf[], others: readonly Leaf[]): string[] {
  const values = new Set(others.map(([, value]) => value));
  return [...new Set(ones.filter(([, value]) => values.has(value)).map(([path]) => path))].sort();
}

const partner = (partnerId: string) => callers.partner(partnerId, [...partnerScopes]);

/** What leads to one member: an id, a cursor, a number, an instant. Codes of tags stand in the catalogue. */
function telling(leaves: readonly Leaf[]): Leaf[] {
  const exact = /^\d{4}-\d\d-\d\dT.*Z$|^[\w-]{20,}$/;
  return leaves.filter(([path, value]) => exact.test(String(value)) && path !== "member.tags.code");
}

describe("of a member that two partners share", () => {
  it("they learn nothing by which they could join what they know of it", async () => {
    const [atBank, atShop] = [await leavesFor(partner(bank)), await leavesFor(partner(shop))];
    expect(new Set(telling(atBank).map(([path]) => path)).size).toBeGreaterThan(20);
    expect(shared(telling(atBank), atShop)).toEqual([]);
    const own = (leaves: readonly Leaf[]) => leaves.filter(([path]) => path.split(".").length === 2);
    // What is alike is what members have in common with many others.
    expect(shared(own(atBank), own(atShop))).toEqual(["member.locale", "member.revision", "member.status"]);
  });

  it("staff of two roles read the same instants, which this test thus can find", async () => {
    const [one, other] = [await leavesFor(callers.staff("SUPPORT")), await leavesFor(callers.staff("RISK"))];
    const found = ["member.createdAt", "member.joinedAt", "member.tags.recordedAt", "member.updatedAt"];
    expect(shared(telling(one), other)).toEqual(expect.arrayContaining(found));
  });
});
