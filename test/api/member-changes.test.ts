import type { Actor, PartnerScope } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { linkIdentity } from "../../src/members/link-identity";
import { recordConsent } from "../../src/members/record-consent";
import { callers } from "../support/api";
import { membersStage, valueOf, type MembersStage } from "../support/members-stage";

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
const mutate = (document: string, input: object, actor: Actor = support) => stage.mutate(actor, document, input);

const mary = {
  displayName: "Mary Lee",
  email: "mary.lee@example.org",
  phone: "+8613800138021",
  birthDate: "1990-02-28",
};
const errors = `userErrors { code message path }`;
const enroll = `mutation ($input: EnrollMemberInput!) { enrollMember(input: $input) {
  member { id status locale joinedAt profile { displayName email phone hasBirthDate } identities { number } } ${errors} } }`;
const update = `mutation ($input: UpdateMemberInput!) { updateMember(input: $input) {
  member { status locale revision profile { displayName email } } ${errors} } }`;
const link = `mutation ($input: LinkIdentityInput!) { linkIdentity(input: $input) {
  identity { id number partner { id } } member { id identities { number } } ${errors} } }`;
const unlink = `mutation ($input: UnlinkIdentityInput!) { unlinkIdentity(input: $input) {
  identity { number unlinkedAt } ${errors} } }`;
const consent = `mutation ($input: RecordConsentInput!) { recordConsent(input: $input) {
  consent { purpose granted version } member { consents { purpose granted version partner { id } } } ${errors} } }`;
const merge = `mutation ($input: MergeMembersInput!) { mergeMembers(input: $input) {
  member { id identities { number } } ${errors} } }`;
const unmask = `mutation ($input: UnmaskProfileInput!) { unmaskProfile(input: $input) {
  profile { displayName email phone birthDate } ${errors} } }`;
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

describe("enrollMember", () => {
  it("answers with the member, its profile masked", async () => {
    const input = { partnerId: partnerGid(bank), number: `n-${newId()}`, locale: "zh-CN", profile: mary };
    const { member, userErrors } = await mutate(
      enroll,
      input,
      callers.partner(bank, ["members:write", "members:read"]),
    );
    expect(userErrors).toEqual([]);
    expect(member).toMatchObject({
      status: "ACTIVE",
      locale: "zh-CN",
      joinedAt: "2026-06-01T12:00:00.000Z",
      profile: { displayName: "M*** L**", email: "m***@example.org", phone: "***21", hasBirthDate: true },
      identities: [{ number: input.number }],
    });
  });

  it("refuses a number that is taken without telling whose it is", async () => {
    const { number } = await stage.member(bank);
    const answer = await mutate(enroll, { partnerId: partnerGid(bank), number, locale: "en" });
    expect(answer).toMatchObject({ member: null, userErrors: [{ code: "IDENTITY_TAKEN", path: ["input", "number"] }] });
  });

  it("refuses a partner that enrols for another", async () => {
    const input = { partnerId: partnerGid(shop), number: "1", locale: "en" };
    const { userErrors } = await mutate(enroll, input, callers.partner(bank, ["members:write"]));
    expect(userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});

describe("updateMember", () => {
  it("refuses an old revision, a language that is not spoken, and opening again", async () => {
    const id = memberGid(support, await stage.member(bank));
    expect((await mutate(update, { id, revision: 9 })).userErrors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
    expect((await mutate(update, { id, revision: 1, locale: "fr" })).userErrors).toMatchObject([
      { code: "INVALID_INPUT" },
    ]);
    expect((await mutate(update, { id, revision: 1, status: "MERGED" })).userErrors).toMatchObject([
      { code: "WRONG_STATE" },
    ]);
    expect((await mutate(update, { id, revision: 1, status: "CLOSED" })).member).toMatchObject({ status: "CLOSED" });
    expect((await mutate(update, { id, revision: 2, status: "ACTIVE" })).userErrors).toMatchObject([
      { code: "MEMBER_CLOSED" },
    ]);
  });

  it("changes what is given, takes away what is null and leaves the rest", async () => {
    const lin = await stage.member(bank, { profile: mary });
    const actor = callers.member(lin.memberId);
    const profile = { email: "lin@example.com", displayName: null };
    const { member } = await mutate(update, { id: memberGid(actor, lin), revision: 1, profile }, actor);
    expect(member).toEqual({
      status: "ACTIVE",
      locale: "en",
      revision: 2,
      // The member sees itself in clear.
      profile: { displayName: null, email: "lin@example.com" },
    });
    const clear = await mutate(unmask, { memberId: memberGid(support, lin), reason: "ticket 17" });
    expect(clear.profile).toEqual({ ...mary, ...profile });
    const search = async (text: string) =>
      (await ask(support, page, { filter: { search: text } })).members.nodes.length;
    expect(await search("lin@example.com")).toBe(1);
  });

  it("lets a partner change the profile of whom it enrolled, and nobody's status", async () => {
    const lin = await sharedMember();
    const change = (partnerId: string, over: object) => {
      const actor = reader(partnerId, "members:write");
      return mutate(update, { id: memberGid(actor, lin), revision: lin.revision, ...over }, actor);
    };
    const profile = { displayName: "Lin" };
    expect((await change(shop, { profile })).userErrors).toMatchObject([
      { code: "FORBIDDEN", path: ["input", "profile"] },
    ]);
    expect((await change(bank, { status: "CLOSED" })).userErrors).toMatchObject([
      { code: "FORBIDDEN", path: ["input", "status"] },
    ]);
    expect((await change(bank, { profile })).member).toMatchObject({ profile: { displayName: "L**" } });
  });

  it("refuses partners and members what is not theirs as if it were not there", async () => {
    const lin = await stage.member(bank);
    for (const actor of [reader(shop, "members:write"), callers.member(newId())]) {
      const { userErrors } = await mutate(update, { id: memberGid(actor, lin), revision: 1, locale: "en" }, actor);
      expect(userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    }
  });
});

describe("linkIdentity and unlinkIdentity", () => {
  it("link a number and free it again", async () => {
    const lin = await stage.member(bank);
    const input = { member: { id: memberGid(support, lin) }, partnerId: partnerGid(shop), number: `s-${newId()}` };
    const linked = await mutate(link, input);
    expect(linked).toMatchObject({
      identity: { number: input.number },
      member: { identities: [{}, {}] },
      userErrors: [],
    });
    const unlinked = await mutate(unlink, { identityId: linked.identity.id, reason: "asked by phone" });
    expect(unlinked).toEqual({
      identity: { number: input.number, unlinkedAt: "2026-06-01T12:00:00.000Z" },
      userErrors: [],
    });
  });

  it("refuse the last one, one that nobody has, and ids made for others", async () => {
    const lin = await stage.member(bank);
    const document = `query ($id: ID!) { member(id: $id) { identities { id } } }`;
    const { identities } = (await ask(support, document, { id: memberGid(support, lin) })).member;
    const identityId = identities[0].id;
    expect((await mutate(unlink, { identityId })).userErrors).toMatchObject([{ code: "LAST_IDENTITY" }]);
    expect((await mutate(unlink, { identityId: "nonsense" })).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    const bankActor = reader(bank, "members:write");
    expect((await mutate(unlink, { identityId }, bankActor)).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});

describe("linkIdentity by a code of the member", () => {
  const makeCode = `mutation ($input: CreateLinkCodeInput!) { createLinkCode(input: $input) { code expiresAt ${errors} } }`;
  const codeOf = async (member: { readonly memberId: string }) =>
    (await mutate(makeCode, {}, callers.member(member.memberId))).code as string;
  const linkBy = (code: string, actor: Actor, partnerId = shop, number = `s-${newId()}`) =>
    mutate(link, { member: { code }, partnerId: partnerGid(partnerId), number }, actor);
  const shopActor = () => reader(shop, "members:write");
  const refused = async (answer: Promise<{ userErrors: { code: string; path: string[] | null }[] }>) =>
    (await answer).userErrors.map(({ code, path }) => [code, path?.join(".") ?? null]);

  it("lets a partner link its number to a member that it did not know", async () => {
    const lin = await stage.member(bank, { profile: mary });
    const me = callers.member(lin.memberId);
    const made = await mutate(makeCode, { memberId: memberGid(me, lin) }, me);
    expect(made).toMatchObject({ expiresAt: "2026-06-01T12:10:00.000Z", userErrors: [] });
    const number = `s-${newId()}`;
    const linked = await linkBy(made.code, shopActor(), shop, number);
    expect(linked).toMatchObject({ userErrors: [], member: { identities: [{ number }] }, identity: { number } });
    expect((await ask(shopActor(), byNumber, { number })).memberByIdentity.id).toBe(memberGid(shopActor(), lin));
    // A code that is used up by the link is of no more use to this partner.
    expect(await refused(linkBy(made.code, shopActor()))).toEqual([["IDENTITY_LIMIT", "input.partnerId"]]);
  });

  it("refuses a code that expired, also at the very instant, and one that was altered", async () => {
    const lin = await stage.member(bank);
    const code = await codeOf(lin);
    const at = async (instant: string) => {
      const input = { code, partnerId: shop, number: `s-${newId()}` };
      const result = await linkIdentity(stage.work(shopActor(), new Date(instant)), input);
      return result.ok ? "done" : result.refusals[0]?.code;
    };
    expect(await at("2026-06-01T12:10:00.000Z")).toBe("LINK_CODE_EXPIRED");
    const otherCharacter = `${code.slice(0, 30)}${code[30] === "A" ? "B" : "A"}${code.slice(31)}`;
    for (const altered of [code.slice(1), otherCharacter, "nonsense", "", memberGid(support, lin)]) {
      expect(await refused(linkBy(altered, shopActor()))).toEqual([["LINK_CODE_INVALID", "input.member.code"]]);
    }
    expect(await at("2026-06-01T12:09:59.999Z")).toBe("done");
  });

  it("lets a partner link for no partner but itself, and nobody without the grant", async () => {
    const lin = await stage.member(bank);
    const code = await codeOf(lin);
    expect((await refused(linkBy(code, shopActor(), bank)))[0]?.[0]).toBe("NOT_FOUND");
    const third = await stage.partner();
    expect((await refused(linkBy(code, shopActor(), third)))[0]?.[0]).toBe("NOT_FOUND");
    // The member's own partner cannot vouch for a number elsewhere either.
    expect((await refused(linkBy(code, reader(bank, "members:write"))))[0]?.[0]).toBe("NOT_FOUND");
    for (const actor of [reader(shop), callers.member(lin.memberId), callers.staff("MARKETER")]) {
      expect((await refused(linkBy(code, actor)))[0]?.[0]).toBe("FORBIDDEN");
    }
    expect((await ask(support, oneMember, { id: memberGid(support, lin) })).member.identities).toHaveLength(1);
  });

  it("refuses a number that another member has there, and a member that closed meanwhile", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const code = await codeOf(lin);
    expect(await refused(linkBy(code, shopActor(), shop, wang.number))).toEqual([["IDENTITY_TAKEN", "input.number"]]);
    await mutate(update, { id: memberGid(support, lin), revision: lin.revision, status: "CLOSED" });
    expect(await refused(linkBy(code, shopActor()))).toEqual([["MEMBER_CLOSED", "input.member.code"]]);
    const self = callers.member(lin.memberId);
    expect((await refused(mutate(makeCode, {}, self)))[0]?.[0]).toBe("MEMBER_CLOSED");
  });

  it("links to the member that answers, where the one that made the code was merged meanwhile", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const code = await codeOf(lin);
    await mutate(merge, {
      sourceId: memberGid(support, lin),
      targetId: memberGid(support, wang),
      reason: "one person",
    });
    const linked = await linkBy(code, shopActor());
    expect(linked).toMatchObject({ userErrors: [], member: { id: memberGid(shopActor(), wang) } });
    // Where the target has a number there, the old code brings no second one.
    const [zhao, chen] = [await stage.member(bank), await stage.member(shop)];
    const late = await codeOf(zhao);
    await mutate(merge, {
      sourceId: memberGid(support, zhao),
      targetId: memberGid(support, chen),
      reason: "one person",
    });
    expect(await refused(linkBy(late, shopActor()))).toEqual([["IDENTITY_LIMIT", "input.partnerId"]]);
  });

  it("has the code made by the member alone, for itself alone", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const make = (actor: Actor, member: { readonly memberId: string }) =>
      refused(mutate(makeCode, { memberId: memberGid(actor, member) }, actor));
    for (const actor of [support, reader(bank, "members:write"), callers.service]) {
      expect((await make(actor, lin))[0]?.[0]).toBe("FORBIDDEN");
    }
    expect((await make(callers.member(wang.memberId), lin))[0]?.[0]).toBe("NOT_FOUND");
  });
});

describe("recordConsent", () => {
  it("counts versions, of which the latest is shown", async () => {
    const lin = await stage.member(bank);
    const input = {
      memberId: memberGid(support, lin),
      partnerId: partnerGid(bank),
      purpose: "MARKETING",
      wording: "1",
    };
    await mutate(consent, { ...input, granted: true });
    const withdrawn = await mutate(consent, { ...input, granted: false });
    expect(withdrawn.consent).toEqual({ purpose: "MARKETING", granted: false, version: 2 });
    expect(withdrawn.member.consents).toMatchObject([
      { granted: false, version: 2, partner: { id: partnerGid(bank) } },
    ]);
  });

  it("refuses partners answers to others, and blank wordings", async () => {
    const lin = await sharedMember();
    const actor = reader(bank, "members:write");
    const input = { memberId: memberGid(actor, lin), purpose: "PROFILING", granted: true, wording: "1" };
    const foreign = await mutate(consent, { ...input, partnerId: partnerGid(shop) }, actor);
    expect(foreign.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    const blank = await mutate(consent, { ...input, partnerId: partnerGid(bank), wording: " " }, actor);
    expect(blank.userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "wording"] }]);
  });
});

describe("mergeMembers", () => {
  it("lets every id of the source answer as the target, for its partners too", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const before = memberGid(reader(bank), lin);
    const input = { sourceId: memberGid(support, lin), targetId: memberGid(support, wang), reason: "the same person" };
    const merged = await mutate(merge, input);
    expect(merged).toMatchObject({ member: { id: input.targetId, identities: [{}, {}] }, userErrors: [] });
    expect((await ask(support, oneMember, { id: input.sourceId })).member.id).toBe(input.targetId);
    const seen = (await ask(reader(bank), oneMember, { id: before })).member;
    expect(seen).toMatchObject({ id: memberGid(reader(bank), wang), identities: [{ number: lin.number }] });
    expect((await ask(reader(bank), byNumber, { number: lin.number })).memberByIdentity.id).toBe(seen.id);
    expect((await mutate(merge, input)).userErrors).toMatchObject([{ code: "SAME_MEMBER" }]);
    const listed = (await ask(reader(bank), page, { filter: { search: lin.number } })).members.nodes;
    expect(listed).toEqual([{ id: seen.id, status: "ACTIVE" }]);
  });
});

describe("unmaskProfile", () => {
  const audited = async (memberId: string) => {
    const rows = await stage.services.database.app.$client.unsafe(
      `select actor_id, reason, after from alliance.audit_entries where stream = $1 and action = 'unmaskProfile'`,
      [`member:${memberId}`],
    );
    return [...rows];
  };

  it("shows the profile and writes down who looked and why, but not what was seen", async () => {
    const lin = await stage.member(bank, { profile: mary });
    const { profile } = await mutate(unmask, { memberId: memberGid(support, lin), reason: "ticket 17" });
    expect(profile).toEqual(mary);
    const entries = await audited(lin.memberId);
    expect(entries).toMatchObject([{ actor_id: "staff-support", reason: "ticket 17" }]);
    expect(JSON.stringify(entries)).not.toMatch(/Mary|13800138021/);
  });

  it("refuses without a reason, without a profile, and everyone who may not", async () => {
    const [lin, blank] = [await stage.member(bank, { profile: mary }), await stage.member(bank)];
    const look = async (actor: Actor, member: { memberId: string }, reason = "curious") =>
      (await mutate(unmask, { memberId: memberGid(actor, member), reason }, actor)).userErrors[0]?.code;
    expect(await look(support, lin, " ")).toBe("INVALID_INPUT");
    expect(await look(support, blank)).toBe("NOT_FOUND");
    expect(await look(reader(bank, "members:write"), lin)).toBe("FORBIDDEN");
    expect(await look(callers.staff("MARKETER", "AUDITOR"), lin)).toBe("FORBIDDEN");
    expect(await look(callers.member(blank.memberId), lin)).toBe("NOT_FOUND");
    expect(await look(callers.service, lin)).toBe("FORBIDDEN");
    expect(await audited(lin.memberId)).toEqual([]);
    expect(await look(callers.member(lin.memberId), lin)).toBeUndefined();
  });
});
