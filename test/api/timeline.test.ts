import { points } from "../../src/kernel/points";
import { mergeMembers } from "../../src/members/merge-members";
import { deliverOffer } from "../../src/offers/deliver-offer";
import { setTags } from "../../src/tags/set-tags";
import { callers } from "../support/api";
import { earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";
import { noon, valueOf } from "../support/members-stage";
import { hours, recorded } from "../support/offers-stage";

let stage: LedgerStage;
let partnerId: string;
let programId: string;
let memberId: string;
let tagCode: string;

const support = callers.staff("SUPPORT");

/** Lin buys, earns, spends, is tagged and gets an offer; before that she was two people. */
beforeAll(async () => {
  stage = await ledgerStage();
  const merchant = await stage.merchant();
  ({ partnerId } = merchant);
  programId = await stage.program({ issuerPartnerId: partnerId });
  memberId = await stage.memberOf(merchant);
  const alias = await stage.memberOf(merchant);
  await recorded(stage, stage.purchase(merchant, alias, { occurredAt: hours(-30) }));
  await stage.post(earn(alias, programId, [lot(points(9n))]));
  valueOf(await mergeMembers(stage.work(), { sourceId: alias, targetId: memberId, reason: "the same person" }));
  await recorded(stage, stage.purchase(merchant, memberId, { occurredAt: hours(1) }));
  await stage.post(earn(memberId, programId, [lot(points(20n), { kind: "BONUS", expiresAt: hours(1_000) })]));
  await stage.post(earn(memberId, programId, [lot(points(7n), { pendingUntil: hours(24) })]));
  await stage.post(spend(memberId, programId, 5n));
  tagCode = await stage.tag(partnerId, { sensitivity: "SENSITIVE" });
  valueOf(await setTags(stage.work(), { memberId, tags: [{ code: tagCode, value: { number: 7 }, observedAt: null }] }));
  const { offerId } = await stage.offer(merchant);
  const delivery = { offerId, channel: "EMAIL", deliveredAt: noon, sourceReference: "mail 1" } as const;
  valueOf(await deliverOffer(stage.work(), { ...delivery, memberId }));
});

interface Entry {
  readonly kind: string;
  readonly at: string;
  readonly transfer: { readonly command: string } | null;
  readonly purchase: { readonly amount: object } | null;
  readonly delivery: { readonly state: string } | null;
  readonly change: { readonly action: string; readonly actorId: string; readonly reason: string | null } | null;
}

const document = `query ($id: ID!, $first: Int!, $after: Cursor, $filter: TimelineFilterInput) { member(id: $id) {
  timeline(first: $first, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } nodes { kind at
    transfer { command } purchase { amount { amountMinor } } delivery { state }
    change { action actorId reason } } } } }`;
const timeline = async (actor: Parameters<LedgerStage["ask"]>[0], variables: object = {}) =>
  (await stage.ask(actor, document, { id: stage.memberGid(actor, { memberId }), first: 100, ...variables })).member
    .timeline as { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string } } | null;
const kindsOf = (nodes: readonly Entry[]) => [...new Set(nodes.map(({ kind }) => kind))].sort();

describe("a member's timeline", () => {
  it("is for who looks after members: not for marketers, finance, partners or the member", async () => {
    for (const role of ["MARKETER", "FINANCE"] as const) {
      const document = `query ($id: ID!) { member(id: $id) { timeline { nodes { kind } } } }`;
      const actor = callers.staff(role);
      const answer = await stage.ask(actor, document, { id: stage.memberGid(actor, { memberId }) });
      expect(answer.member?.timeline ?? null).toBeNull();
    }
    expect(await timeline(callers.partner(partnerId, ["members:read"]))).toBeNull();
    expect(await timeline(callers.member(memberId))).toBeNull();
  });

  it("shows transfers, purchases, offers and changes, of members merged into it too, newest first", async () => {
    const { nodes } = (await timeline(support))!;
    expect(kindsOf(nodes)).toEqual(["CHANGE", "OFFER", "PURCHASE", "TRANSFER"]);
    expect(nodes.filter(({ purchase }) => purchase)).toHaveLength(2);
    expect(nodes[0]).toMatchObject({ kind: "PURCHASE", at: hours(1).toISOString() });
    expect(nodes.at(-1)).toMatchObject({ kind: "PURCHASE", at: hours(-30).toISOString() });
    const instants = nodes.map(({ at }) => at);
    expect(instants).toEqual([...instants].sort().reverse());
    const actions = nodes.flatMap(({ change }) => (change ? [change.action] : []));
    expect(actions).toEqual(expect.arrayContaining(["enrollMember", "recordConsent", "mergeMembers", "setTags"]));
    expect(nodes.find(({ change }) => change?.action === "mergeMembers")?.change?.reason).toBe("the same person");
  });

  it("says of a change who made it and never what a tag was or is", async () => {
    const text = JSON.stringify(await timeline(support, { filter: { kinds: ["CHANGE"] } }));
    expect(text).toContain("setTags");
    expect(text).not.toContain(tagCode);
  });

  it("is whole and without repetition page by page, also where much happened at one instant", async () => {
    const all = (await timeline(support))!.nodes;
    for (const first of [1, 2, 3]) {
      const seen: Entry[] = [];
      let after: string | null = null;
      for (let hasNext = true; hasNext;) {
        const { nodes, pageInfo }: NonNullable<Awaited<ReturnType<typeof timeline>>> = (await timeline(support, {
          first,
          after,
        }))!;
        seen.push(...nodes);
        [hasNext, after] = [pageInfo.hasNextPage, pageInfo.endCursor];
      }
      expect(seen).toEqual(all);
    }
  });

  it("is restricted to kinds and to a half-open period, and a cursor is good for its filter alone", async () => {
    const of = async (filter: object) => (await timeline(support, { filter }))!.nodes;
    expect(kindsOf(await of({ kinds: ["OFFER", "PURCHASE"] }))).toEqual(["OFFER", "PURCHASE"]);
    expect(kindsOf(await of({ kinds: ["PURCHASE", "TRANSFER"], from: hours(1).toISOString() }))).toEqual(["PURCHASE"]);
    expect(await of({ from: hours(1).toISOString(), before: hours(1).toISOString() })).toEqual([]);
    expect((await of({ before: noon.toISOString() })).map(({ kind }) => kind)).toEqual(["PURCHASE"]);
    const { pageInfo } = (await timeline(support, { first: 1 }))!;
    const other = { first: 1, after: pageInfo.endCursor, filter: { kinds: ["OFFER"] } };
    await expect(timeline(support, other)).rejects.toThrow();
  });
});

describe("the lots of an account", () => {
  const lots = `query ($id: ID!, $first: Int!, $after: Cursor, $open: Boolean) { member(id: $id) { accounts {
    available lots(first: $first, after: $after, open: $open) { pageInfo { hasNextPage endCursor } nodes {
      kind issued available held pending expiresAt pendingUntil causeKind issuedAt issuedBy { command } } } } } }`;
  const ofAccount = async (actor: Parameters<LedgerStage["ask"]>[0], variables: object = {}) =>
    (
      await stage.ask(actor, lots, { id: stage.memberGid(actor, { memberId }), first: 20, ...variables })
    ).member.accounts.find(({ available }: { available: string }) => available === "15").lots;

  it("are not for partners", async () => {
    expect(await ofAccount(callers.partner(partnerId, ["members:read"]))).toBeNull();
  });

  it("tell the member and support what was issued, what is left of it, until when and why", async () => {
    const pending = { kind: "BASE", issued: "7", available: "0", held: "0", pending: "7", expiresAt: null };
    const bonus = { kind: "BONUS", issued: "20", available: "15", held: "0", pending: "0", pendingUntil: null };
    const because = { causeKind: "MANUAL", issuedAt: noon.toISOString(), issuedBy: { command: "EARN" } };
    const both = [
      { ...pending, pendingUntil: hours(24).toISOString(), ...because },
      { ...bonus, expiresAt: hours(1_000).toISOString(), ...because },
    ];
    expect((await ofAccount(support)).nodes).toEqual(both);
    expect((await ofAccount(callers.member(memberId))).nodes).toEqual(both);
  });

  it("come in pages, and those with nothing left apart", async () => {
    const first = await ofAccount(support, { first: 1 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const one = `query ($id: ID!, $after: Cursor) { node(id: $id) { ... on Account {
      lots(first: 1, after: $after) { pageInfo { hasNextPage endCursor } nodes { issued } } } } }`;
    const id = stage.services.ids.forActor(support).seal("Account", programId, memberId);
    const begun = (await stage.ask(support, one, { id })).node.lots;
    const next = (await stage.ask(support, one, { id, after: begun.pageInfo.endCursor })).node.lots;
    expect([next.nodes[0].issued, next.pageInfo.hasNextPage]).toEqual(["20", false]);
    expect((await ofAccount(support, { open: false })).nodes).toEqual([]);
    expect((await ofAccount(support, { open: true })).nodes).toHaveLength(2);
  });
});
