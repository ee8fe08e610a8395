import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "../../src/db/client";
import { newId } from "../../src/kernel/ids";
import { enrollMember } from "../../src/members/enroll-member";
import { claimNumber, memberIdByNumber, reclaimNumber, sweepIdentityClaims } from "../../src/members/identity-claims";
import { linkIdentity, type NewIdentity } from "../../src/members/link-identity";
import { identities, identityLookup } from "../../src/members/members.tables";
import { unlinkIdentity } from "../../src/members/unlink-identity";
import { updateMember } from "../../src/members/update-member";
import { callers } from "../support/api";
import { codesOf, membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let app: Db;
let bank: string;
let shop: string;

beforeAll(async () => {
  stage = await membersStage();
  app = stage.services.database.app;
  [bank, shop] = [await stage.partner(), await stage.partner()];
});

const support = callers.staff("SUPPORT");
const later = new Date(noon.getTime() + 16 * 60_000);
const link = (over: Partial<NewIdentity> & { memberId: string }, actor = support) =>
  linkIdentity(stage.work(actor), { partnerId: shop, number: `s-${newId()}`, ...over });
const unlink = (identity: { memberId: string; identityId: string }, actor = support) =>
  unlinkIdentity(stage.work(actor), { ...identity, reason: null });
const claimOf = async (number: string) =>
  (await app.select().from(identityLookup).where(eq(identityLookup.number, number)))[0];
const liveOf = (memberId: string) =>
  app
    .select()
    .from(identities)
    .where(and(eq(identities.memberId, memberId), isNull(identities.unlinkedAt)));

describe("linking", () => {
  it("refuses a number that another member has", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    expect(codesOf(await link({ ...lin, number: wang.number }))).toEqual(["IDENTITY_TAKEN"]);
    expect(await memberIdByNumber(app, shop, wang.number)).toBe(wang.memberId);
  });

  it("refuses a second number at one partner, and leaves it free", async () => {
    const lin = await stage.member(bank);
    const number = `b-${newId()}`;
    expect(codesOf(await link({ ...lin, partnerId: bank, number }))).toEqual(["IDENTITY_LIMIT"]);
    expect(await claimOf(number)).toBeUndefined();
  });

  it("refuses a closed member", async () => {
    const lin = await stage.member(bank);
    valueOf(await updateMember(stage.work(), { ...lin, profile: undefined, status: "CLOSED" }));
    expect(codesOf(await link(lin))).toEqual(["MEMBER_CLOSED"]);
  });

  it("refuses what does not exist, naming what it is", async () => {
    const lin = await stage.member(bank);
    expect(await link({ memberId: newId() })).toMatchObject({
      refusals: [{ code: "NOT_FOUND", path: ["input", "member", "id"] }],
    });
    expect(await link({ ...lin, partnerId: newId() })).toMatchObject({
      refusals: [{ code: "NOT_FOUND", path: ["input", "partnerId"] }],
    });
    expect(codesOf(await link({ ...lin, number: "" }))).toEqual(["INVALID_INPUT"]);
  });

  it("refuses partners members that are not theirs, and members themselves", async () => {
    const lin = await stage.member(bank);
    expect(codesOf(await link(lin, callers.partner(shop, ["members:write"])))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await link(lin, callers.partner(bank, ["members:write"])))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await link(lin, callers.member(lin.memberId)))).toEqual(["FORBIDDEN"]);
  });

  it("gives one of two members that want a number at once the number", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const number = `s-${newId()}`;
    const results = await Promise.all([link({ ...lin, number }), link({ ...wang, number })]);
    expect(results.map(codesOf).sort()).toEqual([["IDENTITY_TAKEN"], ["done"]]);
    const winner = results[0]?.ok ? lin : wang;
    expect(await memberIdByNumber(app, shop, number)).toBe(winner.memberId);
  });

  it("gives a member one of eight numbers that are linked at once, and frees the others", async () => {
    const lin = await stage.member(bank);
    const numbers = Array.from({ length: 8 }, () => `s-${newId()}`);
    const results = await Promise.all(numbers.map((number) => link({ ...lin, number })));
    expect(results.map(codesOf).flat().sort()).toEqual([...Array<string>(7).fill("IDENTITY_LIMIT"), "done"]);
    const claims = await Promise.all(numbers.map(claimOf));
    expect(claims.filter((claim) => claim !== undefined)).toMatchObject([
      { memberId: lin.memberId, confirmedAt: noon },
    ]);
    expect(await liveOf(lin.memberId)).toHaveLength(2);
  });

  it("that was cut off after the claim frees the number, and the member keeps what it had", async () => {
    const lin = await stage.member(bank);
    const number = `s-${newId()}`;
    await claimNumber(app, { partnerId: shop, number, memberId: lin.memberId }, noon);
    expect(await memberIdByNumber(app, shop, number)).toBeUndefined();
    await sweepIdentityClaims(stage.work(support, later));
    expect(await claimOf(number)).toBeUndefined();
    expect(await memberIdByNumber(app, bank, lin.number)).toBe(lin.memberId);
  });
});

describe("unlinking", () => {
  it("refuses the last identity", async () => {
    const lin = await stage.member(bank);
    const [only] = await liveOf(lin.memberId);
    expect(codesOf(await unlink(only!))).toEqual(["LAST_IDENTITY"]);
    expect(await claimOf(lin.number)).toMatchObject({ confirmedAt: noon });
  });

  it("leaves one identity of two that are unlinked at once", async () => {
    const lin = await stage.member(bank);
    valueOf(await link(lin));
    const both = await liveOf(lin.memberId);
    const results = await Promise.all(both.map((identity) => unlink(identity)));
    expect(results.map(codesOf).flat().sort()).toEqual(["LAST_IDENTITY", "done"]);
    const [left, ...others] = await liveOf(lin.memberId);
    expect(others).toEqual([]);
    expect(await memberIdByNumber(app, left?.partnerId ?? "", left?.number ?? "")).toBe(lin.memberId);
    // The refused one had its number claimed for a moment.
    expect(await claimOf(left?.number ?? "")).toMatchObject({ confirmedAt: expect.any(Date) });
  });

  it("refuses an identity of another partner, of another member, and one that is unlinked already", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const { identity } = valueOf(await link(lin));
    expect(codesOf(await unlink(identity, callers.partner(bank, ["members:write"])))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await unlink(identity, callers.member(wang.memberId)))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await unlink({ ...identity, memberId: wang.memberId }))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await unlink(identity, callers.partner(shop, ["members:write"])))).toEqual(["done"]);
    expect(codesOf(await unlink(identity))).toEqual(["NOT_FOUND"]);
  });

  it("frees the number for another member and keeps the old row for the record", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const { identity } = valueOf(await link(lin));
    valueOf(await unlink(identity));
    expect(await memberIdByNumber(app, shop, identity.number)).toBeUndefined();
    valueOf(await link({ ...wang, number: identity.number }));
    expect(await memberIdByNumber(app, shop, identity.number)).toBe(wang.memberId);
    const record = await app.select().from(identities).where(eq(identities.identityId, identity.identityId));
    expect(record).toMatchObject([{ memberId: lin.memberId, unlinkedAt: noon }]);
  });

  it("that was cut off after the claim confirms the number again", async () => {
    const lin = await stage.member(bank);
    await reclaimNumber(app, bank, lin.number, noon);
    expect(await memberIdByNumber(app, bank, lin.number)).toBe(lin.memberId);
    await sweepIdentityClaims(stage.work(support, later));
    expect(await claimOf(lin.number)).toMatchObject({ confirmedAt: later });
  });

  it("that was cut off after the member changed frees the number", async () => {
    const lin = await stage.member(bank);
    const { identity } = valueOf(await link(lin));
    await reclaimNumber(app, shop, identity.number, noon);
    await app.update(identities).set({ unlinkedAt: noon }).where(eq(identities.identityId, identity.identityId));
    const input = { partnerId: shop, number: identity.number, joinedAt: null, locale: "en", profile: null };
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["IDENTITY_TAKEN"]);
    await sweepIdentityClaims(stage.work(support, later));
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["done"]);
  });
});
