import { eq, sql } from "drizzle-orm";
import type { Work } from "../../src/context";
import type { Database, Db } from "../../src/db/client";
import { newId } from "../../src/kernel/ids";
import { enrollMember, writeMember, type NewMember } from "../../src/members/enroll-member";
import {
  claimNumber,
  memberIdByNumber,
  sweepIdentityClaims,
  type NumberClaim,
} from "../../src/members/identity-claims";
import { identities, identityLookup, memberProfiles, members } from "../../src/members/members.tables";
import { callers } from "../support/api";
import { codesOf, membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let app: Db;
let partnerId: string;

beforeAll(async () => {
  stage = await membersStage();
  app = stage.services.database.app;
  partnerId = await stage.partner();
});

const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
const person = (over: Partial<NewMember> = {}): NewMember => ({
  partnerId,
  number: `n-${newId()}`,
  joinedAt: null,
  locale: "en",
  profile: null,
  ...over,
});
const profile = { displayName: "Mary Lee", email: "mary@example.org", phone: "+8613800138021" };
const claimOf = async (number: string) =>
  (await app.select().from(identityLookup).where(eq(identityLookup.number, number)))[0];
const membersWith = (number: string) => app.select().from(identities).where(eq(identities.number, number));

describe("enrolling", () => {
  it("refuses a number that belongs to a member, and makes no second one", async () => {
    const input = person();
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["done"]);
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["IDENTITY_TAKEN"]);
    expect(await membersWith(input.number)).toHaveLength(1);
  });

  it("lets two partners use the same number for different persons", async () => {
    const input = person();
    const other = { ...input, partnerId: await stage.partner() };
    const [one, two] = [
      valueOf(await enrollMember(stage.work(), input)),
      valueOf(await enrollMember(stage.work(), other)),
    ];
    expect(one.memberId).not.toBe(two.memberId);
  });

  it.each<[string, Partial<NewMember>, string[]]>([
    ["a blank number", { number: " " }, ["input", "number"]],
    ["a number with a space before it", { number: " 17" }, ["input", "number"]],
    ["a number of 65 characters", { number: "1".repeat(65) }, ["input", "number"]],
    ["a number with a line break", { number: "1\n7" }, ["input", "number"]],
    ["a language that is not spoken here", { locale: "fr" }, ["input", "locale"]],
    ["a joining in the future", { joinedAt: later(1) }, ["input", "joinedAt"]],
    ["a profile with a bad address", { profile: { email: "mary" } }, ["input", "profile", "email"]],
  ])("refuses %s and claims nothing", async (_what, over, path) => {
    const input = person(over);
    const result = await enrollMember(stage.work(), input);
    expect(result).toMatchObject({ ok: false, refusals: [{ code: "INVALID_INPUT", path }] });
    expect(await claimOf(input.number)).toBeUndefined();
  });

  it("refuses a partner that does not exist", async () => {
    const result = await enrollMember(stage.work(), person({ partnerId: newId() }));
    expect(result).toMatchObject({ refusals: [{ code: "NOT_FOUND", path: ["input", "partnerId"] }] });
  });

  it("refuses partners for others' numbers, and members and marketers altogether", async () => {
    const partner = callers.partner(await stage.partner(), ["members:write"]);
    expect(codesOf(await enrollMember(stage.work(partner), person()))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await enrollMember(stage.work(callers.member(newId())), person()))).toEqual(["FORBIDDEN"]);
    expect(codesOf(await enrollMember(stage.work(callers.staff("MARKETER")), person()))).toEqual(["FORBIDDEN"]);
    expect(codesOf(await enrollMember(stage.work(callers.partner(partnerId, ["members:read"])), person()))).toEqual([
      "FORBIDDEN",
    ]);
  });

  it("makes exactly one member of sixteen simultaneous requests for one number", async () => {
    const input = person({ profile });
    const results = await Promise.all(Array.from({ length: 16 }, () => enrollMember(stage.work(), input)));
    expect(results.map(codesOf).sort()).toEqual([...Array<string[]>(15).fill(["IDENTITY_TAKEN"]), ["done"]]);
    const [identity, ...others] = await membersWith(input.number);
    expect(others).toEqual([]);
    expect(await memberIdByNumber(app, partnerId, input.number)).toBe(identity?.memberId);
  });

  it("keeps the profile sealed, where the application's own door cannot read it", async () => {
    const { memberId } = await stage.member(partnerId, { profile });
    const [row] = await stage.services.database.vault
      .select()
      .from(memberProfiles)
      .where(eq(memberProfiles.memberId, memberId));
    expect(row?.sealedProfile.includes(Buffer.from("Mary"))).toBe(false);
    await expect(app.select().from(memberProfiles)).rejects.toThrow();
  });

  it("writes what happened to the audit log and the outbox, without the person", async () => {
    const { memberId } = await stage.member(partnerId, { profile });
    const audit = await app.execute(sql`select * from alliance.audit_entries where stream = ${`member:${memberId}`}`);
    expect([...audit]).toMatchObject([
      { action: "enrollMember", after: { profileFields: ["displayName", "email", "phone"] } },
    ]);
    const outbox = await app.execute(sql`select * from alliance.member_outbox where member_id = ${memberId}`);
    expect([...outbox]).toMatchObject([{ type: "member.enrolled" }]);
    expect(JSON.stringify([...audit, ...outbox])).not.toMatch(/Mary|mary|13800138021/);
  });
});

describe("an enrolment that is cut off", () => {
  const claim = (number: string): NumberClaim => ({ partnerId, number, memberId: newId() });

  it("after the claim holds the number until the sweeper frees it", async () => {
    const input = person();
    await claimNumber(app, claim(input.number), noon);
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["IDENTITY_TAKEN"]);
    expect(await memberIdByNumber(app, partnerId, input.number)).toBeUndefined();
    // Too early: somebody may be at work on it.
    await sweepIdentityClaims(stage.work(callers.service, later(14)));
    expect(await claimOf(input.number)).toBeDefined();
    expect(await sweepIdentityClaims(stage.work(callers.service, later(16)))).toEqual({ confirmed: 0, freed: 1 });
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["done"]);
  });

  it("after the member was written leaves a member whose claim the sweeper confirms", async () => {
    const input = person();
    const held = claim(input.number);
    await claimNumber(app, held, noon);
    await writeMember(stage.work(), held.memberId, input);
    expect(await memberIdByNumber(app, partnerId, input.number)).toBe(held.memberId);
    expect(await sweepIdentityClaims(stage.work(callers.service, later(16)))).toEqual({ confirmed: 1, freed: 0 });
    expect(await claimOf(input.number)).toMatchObject({ memberId: held.memberId, confirmedAt: later(16) });
    expect(await sweepIdentityClaims(stage.work(callers.service, later(60)))).toEqual({ confirmed: 0, freed: 0 });
  });

  it("by a failure in the member's transaction frees the number at once and leaves nothing", async () => {
    const input = person({ profile });
    const work = withVault(stage.work(), () => Promise.reject(new Error("the vault is on fire")));
    await expect(enrollMember(work, input)).rejects.toThrow("the vault is on fire");
    expect(await claimOf(input.number)).toBeUndefined();
    expect(await membersWith(input.number)).toEqual([]);
    expect(codesOf(await enrollMember(stage.work(), input))).toEqual(["done"]);
  });

  it("for longer than a claim lives takes its number again where nobody wanted it", async () => {
    const input = person({ profile });
    const work = withVault(stage.work(), async (transaction) => {
      await sweepIdentityClaims(stage.work(callers.service, later(16)));
      return transaction();
    });
    const member = valueOf(await enrollMember(work, input));
    expect(await memberIdByNumber(app, partnerId, input.number)).toBe(member.memberId);
  });

  it("for so long that the number went to another closes the late member", async () => {
    const input = person({ profile });
    let other = "";
    const work = withVault(stage.work(), async (transaction) => {
      await sweepIdentityClaims(stage.work(callers.service, later(16)));
      other = valueOf(await enrollMember(stage.work(), { ...input, profile: null })).memberId;
      return transaction();
    });
    expect(codesOf(await enrollMember(work, input))).toEqual(["IDENTITY_TAKEN"]);
    expect(await memberIdByNumber(app, partnerId, input.number)).toBe(other);
    const both = await membersWith(input.number);
    const late = both.find((identity) => identity.memberId !== other);
    expect(late?.unlinkedAt).toEqual(noon);
    expect(
      await app
        .select()
        .from(members)
        .where(eq(members.memberId, late?.memberId ?? "")),
    ).toMatchObject([{ status: "CLOSED" }]);
  });
});

/** The work with a vault whose transactions are held up: what happens between an enrolment's steps. */
function withVault(work: Work, around: (transaction: () => Promise<unknown>) => Promise<unknown>): Work {
  const { vault } = work.database;
  const slow = Object.create(vault, {
    transaction: { value: (...args: Parameters<Db["transaction"]>) => around(() => vault.transaction(...args)) },
  }) as Db;
  const database: Database = { ...work.database, vault: slow };
  return { ...work, database };
}
