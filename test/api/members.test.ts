import type { Actor, PartnerScope } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { linkIdentity } from "../../src/members/link-identity";
import { recordConsent } from "../../src/members/record-consent";
import { updateMember } from "../../src/members/update-member";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "../support/api";
import { membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";
import { statementsOf } from "../support/statements";

let stage: MembersStage;
let bank: string;
let shop: string;

beforeAll(async () => {
  stage = await membersStage();
  [bank, shop] = [await stage.partner(), await stage.partner()];
});

const support = callers.staff("SUPPORT");
const reader = (partnerId: string, ...more: PartnerScope[]) => callers.partner(partnerId, ["members:read", ...more]);
const memberGid: MembersStage["memberGid"] = (actor, member) => stage.memberGid(actor, member);
const partnerGid = (partnerId: string) => stage.partnerGid(partnerId);
const ask: MembersStage["ask"] = (actor, document, variables) => stage.ask(actor, document, variables);
const idsOf = (actor: Actor) => stage.services.ids.forActor(actor);
const errorCode = async (actor: Actor, document: string, variables: object = {}) =>
  (await stage.api.execute(actor, document, variables as Record<string, unknown>)).errors?.[0]?.extensions["code"];

const mary = {
  displayName: "Mary Lee",
  email: "mary.lee@example.org",
  phone: "+8613800138021",
  birthDate: "1990-02-28",
};
const oneMember = `query ($id: ID!) { member(id: $id) { id enrolledBy { id }
  identities { number partner { id } } consents { purpose partner { id } } profile { email } } }`;
const byNumber = `query ($number: String!, $partnerId: ID, $partnerCode: String) {
  memberByIdentity(number: $number, partnerId: $partnerId, partnerCode: $partnerCode) { id } }`;
const page = `query ($filter: MemberFilterInput, $first: Int, $after: Cursor) {
  members(filter: $filter, first: $first, after: $after) {
    nodes { id status } pageInfo { hasNextPage endCursor } } }`;

/** A member of bank and shop, with consents to both. */
async function sharedMember() {
  const lin = await stage.member(bank, { profile: mary });
  const number = `s-${newId()}`;
  valueOf(await linkIdentity(stage.work(), { memberId: lin.memberId, partnerId: shop, number }));
  for (const partnerId of [bank, shop]) {
    const answer = {
      memberId: lin.memberId,
      partnerId,
      purpose: "MARKETING",
      granted: true,
      wording: "2026-01",
    } as const;
    valueOf(await recordConsent(stage.work(), answer));
  }
  return { ...lin, shopNumber: number };
}

describe("member", () => {
  it("is withheld from those who are not signed in, and from approvers", async () => {
    const { memberId } = await stage.member(bank);
    const id = memberGid(support, { memberId });
    expect(await errorCode({ kind: "anonymous" }, oneMember, { id })).toBe("UNAUTHENTICATED");
    expect(await errorCode(callers.staff("APPROVER"), oneMember, { id })).toBe("FORBIDDEN");
    expect(await errorCode(callers.partner(bank, ["offers:read"]), oneMember, { id })).toBe("FORBIDDEN");
  });

  it("is null for a partner without a live identity, and by an id made for somebody else", async () => {
    const lin = await stage.member(bank);
    expect(await ask(reader(shop), oneMember, { id: memberGid(reader(shop), lin) })).toEqual({ member: null });
    expect(await ask(reader(bank), oneMember, { id: memberGid(support, lin) })).toEqual({ member: null });
    expect(await ask(support, oneMember, { id: memberGid(reader(bank), lin) })).toEqual({ member: null });
    expect(await ask(reader(bank), oneMember, { id: "nonsense" })).toEqual({ member: null });
  });

  it("is null for another member", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const actor = callers.member(lin.memberId);
    expect((await ask(actor, oneMember, { id: memberGid(actor, wang) })).member).toBeNull();
    expect((await ask(actor, oneMember, { id: memberGid(actor, lin) })).member).toMatchObject({ enrolledBy: {} });
  });

  it("shows a partner its own number and the consents given to it, and nothing of others", async () => {
    const lin = await sharedMember();
    const seen = (await ask(reader(shop), oneMember, { id: memberGid(reader(shop), lin) })).member;
    expect(seen).toMatchObject({
      enrolledBy: null,
      identities: [{ number: lin.shopNumber, partner: { id: partnerGid(shop) } }],
      consents: [{ purpose: "MARKETING", partner: { id: partnerGid(shop) } }],
    });
    const all = (await ask(support, oneMember, { id: memberGid(support, lin) })).member;
    expect([all.identities, all.consents].map((list) => list.length)).toEqual([2, 2]);
  });

  it("has another id for every partner, none of which tells the other", async () => {
    const lin = await sharedMember();
    const seen = [reader(bank), reader(shop), support].map((actor) => memberGid(actor, lin));
    expect(new Set(seen).size).toBe(3);
    const bankId = (await ask(reader(bank), byNumber, { number: lin.number })).memberByIdentity.id;
    expect(bankId).toBe(seen[0]);
  });

  it("sees its own profile in clear; everybody else who sees it sees it masked", async () => {
    const lin = await stage.member(bank, { profile: mary });
    const document = `query ($id: ID!) { member(id: $id) { profile { displayName email phone hasBirthDate } } }`;
    const profileFor = async (actor: Actor) =>
      (await ask(actor, document, { id: memberGid(actor, lin) })).member.profile;
    const { displayName, email, phone } = mary;
    expect(await profileFor(callers.member(lin.memberId))).toEqual({ displayName, email, phone, hasBirthDate: true });
    for (const actor of [support, reader(bank), callers.service]) {
      expect(await profileFor(actor)).toEqual({
        ...{ displayName: "M*** L**", email: "m***@example.org", phone: "***21", hasBirthDate: true },
      });
    }
  });

  it("withholds numbers and consents from marketers and finance, also by node", async () => {
    const lin = await sharedMember();
    const document = `query ($id: ID!) { member(id: $id) { identities { id } consents { purpose } } }`;
    const [identity] = (await ask(support, document, { id: memberGid(support, lin) })).member.identities;
    for (const actor of [callers.staff("MARKETER"), callers.staff("FINANCE")]) {
      const id = memberGid(actor, lin);
      expect((await ask(actor, document, { id })).member).toEqual({ identities: null, consents: null });
      const node = await ask(actor, `query ($id: ID!) { node(id: $id) { id } }`, { id: identity.id });
      expect(node).toEqual({ node: null });
    }
  });

  it("withholds the profile from marketers, who see the member", async () => {
    const lin = await stage.member(bank, { profile: mary });
    const actor = callers.staff("MARKETER");
    expect((await ask(actor, oneMember, { id: memberGid(actor, lin) })).member).toMatchObject({ profile: null });
    expect((await ask(support, oneMember, { id: memberGid(support, lin) })).member.profile.email).toBe(
      "m***@example.org",
    );
  });
});

describe("node", () => {
  it("finds members and identities under the same rules", async () => {
    const lin = await sharedMember();
    const node = `query ($id: ID!) { node(id: $id) { __typename id } }`;
    const [, identity] = (
      await ask(support, `query ($id: ID!) { member(id: $id) { identities { id } } }`, { id: memberGid(support, lin) })
    ).member.identities;
    expect(await ask(support, node, { id: identity.id })).toEqual({
      node: { __typename: "Identity", id: identity.id },
    });
    const raw = idsOf(support).open(identity.id);
    const seal = (actor: Actor) => idsOf(actor).seal("Identity", raw?.id ?? "", raw?.memberId);
    expect((await ask(reader(shop), node, { id: seal(reader(shop)) })).node).toMatchObject({ __typename: "Identity" });
    expect((await ask(reader(bank), node, { id: seal(reader(bank)) })).node).toBeNull();
    expect((await ask(reader(bank), node, { id: memberGid(reader(bank), lin) })).node.__typename).toBe("Member");
    const stranger = await stage.partner();
    expect((await ask(reader(stranger), node, { id: memberGid(reader(stranger), lin) })).node).toBeNull();
  });
});

describe("memberByIdentity", () => {
  it("finds by the partner's id or code, and for a partner by its own numbers alone", async () => {
    const lin = await sharedMember();
    const partnerId = partnerGid(bank);
    expect((await ask(support, byNumber, { number: lin.number, partnerId })).memberByIdentity).not.toBeNull();
    expect((await ask(reader(bank), byNumber, { number: lin.number })).memberByIdentity).not.toBeNull();
    expect((await ask(reader(shop), byNumber, { number: lin.number, partnerId })).memberByIdentity).toBeNull();
    expect((await ask(reader(shop), byNumber, { number: lin.number })).memberByIdentity).toBeNull();
  });

  it("says when no partner or two are named, and is null for a number that cannot be", async () => {
    expect(await errorCode(support, byNumber, { number: "1" })).toBe("BAD_USER_INPUT");
    const both = { number: "1", partnerId: partnerGid(bank), partnerCode: "x" };
    expect(await errorCode(support, byNumber, both)).toBe("BAD_USER_INPUT");
    expect(await errorCode(support, byNumber, { number: "1", partnerCode: "no-such" })).toBe("BAD_USER_INPUT");
    expect((await ask(reader(bank), byNumber, { number: "\u0000" })).memberByIdentity).toBeNull();
    expect(await errorCode(callers.member(newId()), byNumber, { number: "1" })).toBe("FORBIDDEN");
  });
});

describe("members", () => {
  it("lists for a partner its own, for support everybody's, page by page", async () => {
    const partnerId = await stage.partner();
    const own = [await stage.member(partnerId), await stage.member(partnerId), await stage.member(partnerId)];
    await stage.member(bank);
    const actor = reader(partnerId);
    const first = (await ask(actor, page, { first: 2 })).members;
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await ask(actor, page, { first: 2, after: first.pageInfo.endCursor })).members;
    expect(second.pageInfo.hasNextPage).toBe(false);
    const listed = [...first.nodes, ...second.nodes].map((node: { id: string }) => node.id);
    expect(listed).toEqual(own.map((member) => memberGid(actor, member)));
    const filtered = (await ask(support, page, { filter: { partnerId: partnerGid(partnerId) } })).members.nodes;
    expect(filtered).toHaveLength(3);
    expect((await ask(actor, page, { filter: { partnerId: partnerGid(bank) } })).members.nodes).toEqual([]);
  });

  it("finds by exactly a mail address, a phone or a number", async () => {
    const email = `x${newId()}@example.org`;
    const lin = await stage.member(bank, { profile: { email, phone: "+8613912345678" } });
    const found = async (actor: Actor, search: string) =>
      (await ask(actor, page, { filter: { search } })).members.nodes.map((node: { id: string }) => node.id);
    for (const search of [email.toUpperCase(), ` ${email}`, "0086 139 1234 5678", lin.number]) {
      expect(await found(support, search)).toEqual([memberGid(support, lin)]);
    }
    expect(await found(support, email.slice(1))).toEqual([]);
    expect(await found(support, "\u0000")).toEqual([]);
    expect(await found(reader(bank), email)).toEqual([memberGid(reader(bank), lin)]);
    // A stranger learns from no search that such a person exists.
    for (const search of [email, "+8613912345678", lin.number]) expect(await found(reader(shop), search)).toEqual([]);
    expect(await found(callers.staff("MARKETER"), email)).toEqual([]);
  });

  it("filters by status and by when they joined", async () => {
    const partnerId = await stage.partner();
    const old = await stage.member(partnerId, { joinedAt: new Date("2020-01-01T00:00:00Z") });
    const recent = await stage.member(partnerId, { joinedAt: new Date("2026-01-01T00:00:00Z") });
    valueOf(await updateMember(stage.work(), { memberId: old.memberId, revision: 1, status: "CLOSED" }));
    const list = async (filter: object) =>
      (await ask(reader(partnerId), page, { filter })).members.nodes.map((node: { id: string }) => node.id);
    const [oldId, recentId] = [old, recent].map((member) => memberGid(reader(partnerId), member));
    expect(await list({ status: "CLOSED" })).toEqual([oldId]);
    expect(await list({ status: "ACTIVE" })).toEqual([recentId]);
    expect(await list({ status: "MERGED" })).toEqual([]);
    // Staff see when a member joined, and a partner when its own number was linked.
    const joined = { joinedFrom: "2020-01-01T00:00:00Z", joinedBefore: "2026-01-01T00:00:00Z" };
    const byStaff = await ask(support, page, { filter: { ...joined, partnerId: partnerGid(partnerId) } });
    expect(byStaff.members.nodes).toMatchObject([{ id: memberGid(support, old) }]);
    expect(await list(joined)).toEqual([]);
    expect(await list({ joinedFrom: noon })).toEqual([oldId, recentId]);
    expect(await list({ joinedBefore: noon })).toEqual([]);
  });

  it("with identities, consents and tags takes four statements, however many members there are", async () => {
    const partnerId = await stage.partner();
    const code = await stage.tag(partnerId);
    for (let index = 0; index < 50; index += 1) {
      const { memberId } = await stage.member(partnerId);
      const answer = { memberId, partnerId, purpose: "ANALYTICS", granted: true, wording: "1" } as const;
      valueOf(await recordConsent(stage.work(), answer));
      valueOf(await setTags(stage.work(), { memberId, tags: [{ code, value: { number: 1 }, observedAt: null }] }));
    }
    const document = `{ members(first: 50) { nodes { id enrolledBy { code } identities { number partner { code } }
      consents { granted partner { code } } tags { code value { number } definition { type } } } } }`;
    let answer: { members: { nodes: object[] } } = { members: { nodes: [] } };
    await stage.services.catalogue.catchUp();
    const statements = await statementsOf(stage.services.database, async () => {
      answer = await stage.api.ask(reader(partnerId), document, {}, { catchUp: false });
    });
    expect(answer.members.nodes).toHaveLength(50);
    expect(answer.members.nodes[49]).toMatchObject({
      identities: [{}],
      consents: [{}],
      tags: [{ value: { number: 1 } }],
    });
    expect(statements).toHaveLength(4);
  });
});
