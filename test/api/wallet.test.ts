import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import type { MinorUnits } from "../../src/kernel/money";
import type { Points } from "../../src/kernel/points";
import { linkIdentity } from "../../src/members/link-identity";
import { mergeMembers } from "../../src/members/merge-members";
import { createProgram } from "../../src/programs/create-program";
import { openAccounts } from "../../src/earning/open-accounts";
import { insertOpeningTiers } from "../../src/programs/opening-tiers";
import { tiers } from "../../src/programs/programs.tables";
import { callers } from "../support/api";
import { membersStage, noon, valueOf, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let bank: string;
let shop: string;
let bankPoints: string;
let shopPoints: string;

beforeAll(async () => {
  stage = await membersStage();
  [bank, shop] = [await stage.partner(), await stage.partner()];
  [bankPoints, shopPoints] = [await program(bank), await program(shop)];
});

async function program(issuerPartnerId: string): Promise<string> {
  const made = await createProgram(stage.work(), {
    ...{ issuerPartnerId, code: `p-${newId()}`, name: { en: "Points" }, unitName: { en: "points" } },
    ...{ timeZone: "Asia/Shanghai", currency: "CNY", earnPoints: 1n as Points, earnPerMinor: 2000n as MinorUnits },
    ...{ earnRounding: "DOWN", expiry: { kind: "NEVER", months: null, rounding: null } },
    ...{ valueMinor: 1n as MinorUnits, valuePoints: 1n as Points },
  });
  const { programId } = valueOf(made);
  const ladder = { programId, basis: "SPEND" as const, periodMonths: 12, downgrade: "NEVER" as const };
  await stage.services.database.app.insert(tiers).values(
    ["base", "silver", "gold"].map((code, rank) => ({
      ...{ ...ladder, code, rank, name: { en: code }, threshold: BigInt(rank * 1000) as Points },
    })),
  );
  return programId;
}

type Named = { readonly memberId: string };
const hold = ({ memberId }: Named, programId: string, tierCode: string, validUntil: Date | null = null) =>
  insertOpeningTiers(stage.work(), [{ memberId, programId, tierCode, source: "GRANTED", reachedAt: noon, validUntil }]);
const save = ({ memberId }: Named, programId: string, available: bigint) =>
  openAccounts(stage.services, [{ memberId, programId, available }], noon);
const merge = (source: Named, target: Named) =>
  mergeMembers(stage.work(), { sourceId: source.memberId, targetId: target.memberId, reason: "the same person" });

const document = `query ($id: ID!) { member(id: $id) {
  accounts { id available } tiers { tier { code } program { issuer { id } } } } }`;
const seen = async (actor: Actor, member: Named) =>
  (await stage.ask(actor, document, { id: stage.memberGid(actor, member) })).member;
const codesOf = (member: { tiers: { tier: { code: string } }[] }) => member.tiers.map(({ tier }) => tier.code).sort();
const reader = (partnerId: string) => callers.partner(partnerId, ["members:read"]);
const support = callers.staff("SUPPORT");

describe("tiers", () => {
  it("of a member that was merged are held by the one it was merged into", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    await hold(lin, bankPoints, "gold");
    valueOf(await merge(lin, wang));
    for (const actor of [support, callers.member(wang.memberId), reader(bank)]) {
      expect(codesOf(await seen(actor, wang))).toEqual(["gold"]);
    }
  });

  it("of both members in one program show the higher, whoever held it, along a chain of merges", async () => {
    const [lin, wang, chen] = [await stage.member(bank), await stage.member(bank), await stage.member(bank)];
    await hold(lin, bankPoints, "silver");
    await hold(wang, bankPoints, "gold");
    await hold(chen, bankPoints, "base");
    await hold(chen, shopPoints, "silver");
    valueOf(await merge(lin, wang));
    expect(codesOf(await seen(support, wang))).toEqual(["gold"]);
    valueOf(await merge(wang, chen));
    expect(codesOf(await seen(support, chen))).toEqual(["gold", "silver"]);
  });

  it("that lapsed do not hide lower ones that hold", async () => {
    const [lin, wang] = [await stage.member(bank), await stage.member(bank)];
    await hold(lin, bankPoints, "gold", noon);
    await hold(wang, bankPoints, "silver");
    valueOf(await merge(lin, wang));
    expect(codesOf(await seen(support, wang))).toEqual(["silver"]);
  });
});

describe("the wallet", () => {
  async function sharedMember() {
    const lin = await stage.member(bank);
    valueOf(await linkIdentity(stage.work(), { memberId: lin.memberId, partnerId: shop, number: newId() }));
    for (const each of [bankPoints, shopPoints]) {
      await save(lin, each, 100n);
      await hold(lin, each, "gold");
    }
    return lin;
  }

  it("shows a partner the accounts and tiers of its own programs alone, and no other account by node", async () => {
    const lin = await sharedMember();
    const own = await seen(reader(shop), lin);
    expect([own.accounts.length, own.tiers.length]).toEqual([1, 1]);
    expect(own.tiers[0].program.issuer.id).toBe(stage.partnerGid(shop));
    const foreign = stage.services.ids.forActor(reader(shop)).seal("Account", bankPoints, lin.memberId);
    expect(await stage.ask(reader(shop), `query ($id: ID!) { node(id: $id) { id } }`, { id: foreign })).toEqual({
      node: null,
    });
    const all = await seen(callers.staff("FINANCE"), lin);
    expect([all.accounts.length, all.tiers.length]).toEqual([2, 2]);
  });

  it("is withheld from a caller that has the member from a mutation and may not read members", async () => {
    const mutation = `mutation ($input: EnrollMemberInput!) { enrollMember(input: $input) {
      member { accounts { id } tiers { source } identities { id } consents { purpose } } userErrors { code } } }`;
    const input = { partnerId: stage.partnerGid(bank), number: newId(), locale: "en" };
    const { member } = await stage.mutate(callers.partner(bank, ["members:write"]), mutation, input);
    expect(member).toEqual({ accounts: null, tiers: null, identities: null, consents: null });
  });
});
