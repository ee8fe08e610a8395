import { eq } from "drizzle-orm";
import type { Db } from "../../src/db/client";
import { newId } from "../../src/kernel/ids";
import { adoptIntoTarget } from "../../src/members/adopt-into-target";
import { closeSource } from "../../src/members/close-source";
import { memberIdByNumber } from "../../src/members/identity-claims";
import { linkIdentity } from "../../src/members/link-identity";
import { consentsByMembers, finalMemberId, identitiesByMembers } from "../../src/members/members.queries";
import { identities, memberAliases, members, mergeClaims } from "../../src/members/members.tables";
import { claimBoth, type Merge } from "../../src/members/merge-claims";
import { mergeMembers } from "../../src/members/merge-members";
import { recordConsent } from "../../src/members/record-consent";
import { sweepMergeClaims } from "../../src/members/sweep-merge-claims";
import { unlinkIdentity } from "../../src/members/unlink-identity";
import { updateMember } from "../../src/members/update-member";
import { setTags } from "../../src/tags/set-tags";
import { tagsByMembers } from "../../src/tags/tags.queries";
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

type Named = { readonly memberId: string };
const support = callers.staff("SUPPORT");
const everyone = { kind: "all" } as const;
const minutes = (count: number) => new Date(noon.getTime() + count * 60_000);
const merge = (source: Named, target: Named, reason = "the same person") =>
  mergeMembers(stage.work(support), { sourceId: source.memberId, targetId: target.memberId, reason });
const rowOf = async ({ memberId }: Named) =>
  (await app.select().from(members).where(eq(members.memberId, memberId)))[0];
const endOf = ({ memberId }: Named) => finalMemberId(app, memberId);
const aliasesOf = async ({ memberId }: Named) =>
  (await app.select().from(memberAliases).where(eq(memberAliases.memberId, memberId))).map((row) => row.aliasId).sort();
const claims = () => app.select().from(mergeClaims);
const sweep = (at: Date) => sweepMergeClaims(stage.work(callers.service, at));

describe("merging", () => {
  it("refuses a member with itself, also by way of a merge that was", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    expect(codesOf(await merge(lin, lin))).toEqual(["SAME_MEMBER"]);
    valueOf(await merge(lin, wang));
    expect(codesOf(await merge(lin, wang))).toEqual(["SAME_MEMBER"]);
    expect(codesOf(await merge(wang, lin))).toEqual(["SAME_MEMBER"]);
  });

  it("refuses a source that was merged elsewhere, and members that are closed or missing", async () => {
    const [lin, wang, zhao] = [await stage.member(bank), await stage.member(bank), await stage.member(bank)];
    valueOf(await merge(lin, wang));
    expect(codesOf(await merge(lin, zhao))).toEqual(["MEMBER_CLOSED"]);
    valueOf(await updateMember(stage.work(), { memberId: zhao.memberId, revision: 1, status: "CLOSED" }));
    expect(codesOf(await merge(zhao, wang))).toEqual(["MEMBER_CLOSED"]);
    expect(codesOf(await merge(wang, zhao))).toEqual(["MEMBER_CLOSED"]);
    expect(await merge(wang, { memberId: newId() })).toMatchObject({ refusals: [{ path: ["input", "targetId"] }] });
    expect(await merge({ memberId: newId() }, wang)).toMatchObject({ refusals: [{ path: ["input", "sourceId"] }] });
    expect(await claims()).toEqual([]);
  });

  it("says in the row of the member that is left, and in no other, that there is history under another id", async () => {
    const [lin, wang, zhao] = [await stage.member(bank), await stage.member(bank), await stage.member(bank)];
    valueOf(await merge(lin, wang));
    expect(await rowOf(wang)).toMatchObject({ hasAliases: true });
    expect(await rowOf(lin)).toMatchObject({ hasAliases: false });
    expect(await rowOf(zhao)).toMatchObject({ hasAliases: false });
    expect(await aliasesOf(wang)).toEqual([lin.memberId]);
  });

  it("refuses without a reason, and whoever is not support", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    expect(codesOf(await merge(lin, wang, " "))).toEqual(["INVALID_INPUT"]);
    const input = { sourceId: lin.memberId, targetId: wang.memberId, reason: "mine" };
    for (const actor of [callers.member(lin.memberId), callers.partner(bank, ["members:write"])]) {
      expect(codesOf(await mergeMembers(stage.work(actor), input))).toEqual(["FORBIDDEN"]);
    }
  });

  it("lets id and numbers of the source answer as the target, and rewrites nothing of the source", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const before = await app.select().from(identities).where(eq(identities.memberId, lin.memberId));
    valueOf(await merge(lin, wang));
    expect(await endOf(lin)).toBe(wang.memberId);
    expect(await memberIdByNumber(app, bank, lin.number)).toBe(wang.memberId);
    expect(await memberIdByNumber(app, shop, wang.number)).toBe(wang.memberId);
    expect(await rowOf(lin)).toMatchObject({ status: "MERGED", mergedInto: wang.memberId, revision: 2 });
    expect(await app.select().from(identities).where(eq(identities.memberId, lin.memberId))).toEqual(before);
    expect(await claims()).toEqual([]);
  });

  it("makes the target a member of the source's partners, also where it has a number there itself", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const target = valueOf(await merge(lin, wang));
    const numbers = (await identitiesByMembers(app, [target.memberId], everyone)).map((row) => row.number);
    expect(numbers.sort()).toEqual([lin.number, wang.number].sort());
    const again = { memberId: wang.memberId, partnerId: bank, number: `b-${newId()}` };
    expect(codesOf(await linkIdentity(stage.work(support), again))).toEqual(["IDENTITY_LIMIT"]);
  });

  it("lets an adopted number be unlinked from the target, by its old id too", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const [identity] = await identitiesByMembers(app, [lin.memberId], everyone);
    valueOf(await merge(lin, wang));
    const input = { memberId: lin.memberId, identityId: identity?.identityId ?? "", reason: null };
    valueOf(await unlinkIdentity(stage.work(callers.partner(bank, ["members:write"])), input));
    expect(await memberIdByNumber(app, bank, lin.number)).toBeUndefined();
    const other = await stage.member(bank, { number: lin.number });
    expect(await memberIdByNumber(app, bank, lin.number)).toBe(other.memberId);
  });

  it("keeps of consents and tags what was said later", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    const [grade, city] = [await stage.tag(bank), await stage.tag(bank)];
    const consent = (memberId: string, granted: boolean, at: Date) =>
      recordConsent(stage.work(support, at), {
        memberId,
        partnerId: bank,
        purpose: "MARKETING",
        granted,
        wording: "1",
      });
    const tag = (memberId: string, code: string, number: number, observedAt: Date) =>
      setTags(stage.work(callers.service, minutes(9)), { memberId, tags: [{ code, value: { number }, observedAt }] });
    valueOf(await consent(wang.memberId, true, minutes(1)));
    valueOf(await consent(lin.memberId, false, minutes(2)));
    valueOf(await tag(lin.memberId, grade, 1, minutes(1)));
    valueOf(await tag(wang.memberId, grade, 2, minutes(2)));
    valueOf(await tag(lin.memberId, city, 3, minutes(1)));
    const target = valueOf(await merge(lin, wang));
    expect(await consentsByMembers(app, [target.memberId], everyone)).toMatchObject([{ granted: false, version: 2 }]);
    const tags = await tagsByMembers(app, [target.memberId], { reach: everyone, sensitive: true });
    expect(Object.fromEntries(tags.map((row) => [row.tagCode, row.value]))).toEqual({ [grade]: 2, [city]: 3 });
  });

  it("flattens chains, and follows a merged target to its end", async () => {
    const [a, b, c, d] = [
      await stage.member(bank),
      await stage.member(bank),
      await stage.member(bank),
      await stage.member(bank),
    ];
    valueOf(await merge(a, b));
    valueOf(await merge(b, c));
    expect(valueOf(await merge(d, a)).memberId).toBe(c.memberId);
    expect(await Promise.all([a, b, c, d].map(endOf))).toEqual(Array(4).fill(c.memberId));
    expect(await aliasesOf(c)).toEqual([a, b, d].map((member) => member.memberId).sort());
    expect(await memberIdByNumber(app, bank, a.number)).toBe(c.memberId);
    expect(codesOf(await merge(c, a))).toEqual(["SAME_MEMBER"]);
  });

  it("changes by an old id the member that answers for it", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const { revision } = valueOf(await merge(lin, wang));
    const changed = await updateMember(stage.work(support), { memberId: lin.memberId, revision, locale: "zh-CN" });
    expect(valueOf(changed)).toMatchObject({ memberId: wang.memberId, locale: "zh-CN" });
    expect(await rowOf(lin)).toMatchObject({ locale: "en" });
  });
});

describe("merges at the same time", () => {
  it("of A into B and B into A: exactly one happens", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a, b] = [await stage.member(bank), await stage.member(shop)];
      const results = await Promise.all([merge(a, b), merge(b, a)]);
      expect(results.filter((result) => result.ok)).toHaveLength(1);
      const lost = results.find((result) => !result.ok);
      expect(["VERSION_CONFLICT", "SAME_MEMBER"]).toContain(lost && codesOf(lost)[0]);
      const statuses = [(await rowOf(a))?.status, (await rowOf(b))?.status].sort();
      expect(statuses).toEqual(["ACTIVE", "MERGED"]);
    }
    expect(await claims()).toEqual([]);
  });

  it("in a circle never close it: somebody answers for all of them", async () => {
    const ring = await Promise.all(Array.from({ length: 4 }, () => stage.member(bank)));
    const next = (index: number) => ring[(index + 1) % ring.length] ?? ring[0]!;
    for (let round = 0; round < 4; round += 1)
      await Promise.all(ring.map((member, index) => merge(member, next(index))));
    const ends = new Set(await Promise.all(ring.map(endOf)));
    expect(ends.size).toBe(1);
    expect(await aliasesOf({ memberId: [...ends][0] ?? "" })).toHaveLength(3);
  });
});

describe("a merge that is cut off", () => {
  const mergeOf = (source: Named, target: Named): Merge => ({
    mergeId: newId(),
    sourceId: source.memberId,
    targetId: target.memberId,
  });

  it("after the claims keeps both out of other merges until the sweeper gives it up", async () => {
    const [lin, wang, zhao] = [await stage.member(bank), await stage.member(bank), await stage.member(bank)];
    await claimBoth(app, mergeOf(lin, wang), noon);
    expect(codesOf(await merge(wang, zhao))).toEqual(["VERSION_CONFLICT"]);
    await sweep(minutes(14));
    expect(codesOf(await merge(zhao, lin))).toEqual(["VERSION_CONFLICT"]);
    expect(await sweep(minutes(16))).toEqual({ finished: 0, givenUp: 1 });
    expect(codesOf(await merge(wang, zhao))).toEqual(["done"]);
    expect(await endOf(lin)).toBe(lin.memberId);
  });

  it("after the source closed answers as the target at once, which the sweeper lets adopt", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const cut = mergeOf(lin, wang);
    await claimBoth(app, cut, noon);
    valueOf(await closeSource(stage.work(support), cut, "the same person"));
    expect(await endOf(lin)).toBe(wang.memberId);
    expect(await identitiesByMembers(app, [wang.memberId], everyone)).toHaveLength(1);
    expect(await sweep(minutes(16))).toEqual({ finished: 1, givenUp: 0 });
    expect(await identitiesByMembers(app, [wang.memberId], everyone)).toHaveLength(2);
    expect(await memberIdByNumber(app, bank, lin.number)).toBe(wang.memberId);
    expect(await claims()).toEqual([]);
  });

  it("after the target adopted is not adopted twice", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const cut = mergeOf(lin, wang);
    await claimBoth(app, cut, noon);
    valueOf(await closeSource(stage.work(support), cut, "the same person"));
    await adoptIntoTarget(stage.work(support), cut);
    const before = await rowOf(wang);
    expect(await sweep(minutes(16))).toEqual({ finished: 1, givenUp: 0 });
    expect(await rowOf(wang)).toEqual(before);
  });

  it("and given up cannot close its source afterwards", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(shop)];
    const slow = mergeOf(lin, wang);
    await claimBoth(app, slow, noon);
    await sweep(minutes(16));
    expect(codesOf(await closeSource(stage.work(support), slow, "the same person"))).toEqual(["VERSION_CONFLICT"]);
    expect(await rowOf(lin)).toMatchObject({ status: "ACTIVE" });
  });
});
