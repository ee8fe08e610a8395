import { getNamedType, isEnumType, isObjectType, isScalarType, type GraphQLObjectType } from "graphql";
import type { Actor } from "../../src/auth/core/actor";
import { buildAllianceSchema } from "../../src/schema";
import { callers, type TestApi } from "./api";
import { liveThroughRights } from "./every-rights-mutation";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

const operator = callers.staff("MARKETER", "OPERATIONS", "SUPPORT", "RISK");
const approver = callers.staff("APPROVER");
const secondPerson = { ...callers.staff("RISK"), actorId: "second-person" } as Actor;
const { service } = callers;

const mutations = buildAllianceSchema().getMutationType()?.getFields() ?? {};
export const everyMutation: readonly string[] = Object.keys(mutations);

/**
 * Builds a small alliance by running every mutation of the schema at least once, none of them refused. `before` is told
 * the name of each mutation as it is about to run.
 */
export async function runEveryMutation(api: TestApi, before: (name: string) => void): Promise<void> {
  const run: Run = async (actor, name, input) => {
    before(name);
    const answer = (await api.ask<any>(actor, documentOf(name), { input }))[name];
    if (answer.userErrors.length > 0) throw new Error(`${name} is refused: ${JSON.stringify(answer.userErrors)}`);
    return answer;
  };
  const catalogue = await buildCatalogue(run);
  const rawId = (id: string) => api.services.ids.forActor(service).open(id)?.id ?? "";
  const people = await enrollPeople(run, catalogue, rawId);
  const offerId = await liveThroughAnOffer(run, catalogue);
  await dealWithTheOffer(run, catalogue, people, offerId);
  const { simulation } = await run(operator, "simulateRules", { drafts: [{ offerId, as: { everybody: true } }] });
  // What it does behind is its own, and not of the next one.
  await api.services.simulations.settled(rawId(simulation.id));
  await run(operator, "cancelSimulation", { simulationId: simulation.id });
  await liveThroughAnAudience(run, catalogue);
  await moveEveryValue(run, catalogue, people, rawId);
  const ask = (document: string, variables: Record<string, unknown>) => api.ask<any>(service, document, variables);
  await liveThroughRights(run, ask, { memberId: people.memberId, partnerCode: "tea" });
  await mergePeople(run, catalogue, people);
  await admitActors(run, catalogue);
}

type Run = (actor: Actor, name: string, input: object) => Promise<any>;
type Catalogue = Awaited<ReturnType<typeof buildCatalogue>>;
type People = Awaited<ReturnType<typeof enrollPeople>>;

/** Asks for the mutation's thing and its leaves. */
function documentOf(name: string): string {
  const payload = getNamedType(mutations[name]?.type);
  if (!isObjectType(payload)) throw new Error(`there is no mutation ${name}`);
  const selection = Object.values(payload.getFields()).map((field) => {
    const type = getNamedType(field.type);
    return isObjectType(type) ? `${field.name} { ${leavesOf(type).join(" ")} }` : field.name;
  });
  const input = String(mutations[name]?.args[0]?.type);
  return `mutation ${name}($input: ${input}) { ${name}(input: $input) { ${selection.join(" ")} } }`;
}

function leavesOf(type: GraphQLObjectType): string[] {
  const isLeaf = ({ type }: { type: Parameters<typeof getNamedType>[0] }) =>
    isScalarType(getNamedType(type)) || isEnumType(getNamedType(type));
  return Object.values(type.getFields())
    .filter((field) => field.args.length === 0 && isLeaf(field))
    .map((field) => field.name);
}

async function buildCatalogue(run: Run) {
  const name = { en: "Tea" };
  const partnerId = (await run(operator, "createPartner", { code: "tea", name })).partner.id;
  const otherPartnerId = (await run(operator, "createPartner", { code: "cake", name })).partner.id;
  await run(operator, "defineCategory", { code: "tea", name });
  const merchant = { partnerId, code: "house", name, categoryCode: "tea" };
  const merchantId = (await run(operator, "createMerchant", merchant)).merchant.id;
  await run(operator, "updateMerchant", { id: merchantId, revision: 1, name: { en: "Tea House" } });
  const outlet = { merchantId, code: "bund", kind: "PHYSICAL", name, country: "CN", city: "Shanghai" };
  const outletId = (await run(operator, "createOutlet", outlet)).outlet.id;
  await run(operator, "updateOutlet", { id: outletId, revision: 1, city: "Suzhou" });
  const programId = (
    await run(operator, "createProgram", {
      ...{ issuerId: partnerId, code: "leaves", name, unitName: name, timeZone: "Asia/Shanghai", currency: "CNY" },
      ...{ earning: { points: "1", perMinor: "2000" }, valuePerPoint: { minor: "1", points: "1" } },
      expiry: { kind: "NEVER" },
    })
  ).program.id;
  const handling = { transfersAllowed: true };
  await run(operator, "updateProgram", { id: programId, revision: 1, name: { en: "Leaves" }, handling });
  const tier = { code: "green", name, threshold: "0", periodMonths: 12, basis: "SPEND", downgrade: "NEVER" };
  await run(operator, "defineTiers", {
    programId,
    revision: 2,
    tiers: [tier, { ...tier, code: "black", threshold: "20" }],
  });
  // Taking a tier away asks whether members are in it.
  await run(operator, "defineTiers", { programId, revision: 3, tiers: [tier] });
  const counter = { code: "cups", name, metric: "SPEND", periodDays: 90, merchantId, currency: "CNY" };
  await run(operator, "declareHistoryCounter", counter);
  const tag = { description: name, sensitivity: "INTERNAL", sourcePartnerId: partnerId, name };
  await run(operator, "createTagDefinition", { ...tag, code: "oolong", type: "BOOLEAN" });
  await run(operator, "createTagDefinition", { ...tag, code: "taste", type: "ENUM", choices: ["SWEET", "BITTER"] });
  // Taking a choice away asks whether it is in use.
  await run(operator, "updateTagDefinition", { code: "taste", revision: 1, choices: ["SWEET"] });
  const milesId = (
    await run(operator, "createProgram", {
      ...{ issuerId: partnerId, code: "miles", name, unitName: name, timeZone: "Asia/Shanghai", currency: "CNY" },
      ...{ earning: { points: "1", perMinor: "2000" }, valuePerPoint: { minor: "1", points: "1" } },
      expiry: { kind: "NEVER" },
    })
  ).program.id;
  return { partnerId, otherPartnerId, merchantId, outletId, programId, milesId };
}

/** `rawId` opens an id of the API. */
async function enrollPeople(run: Run, { partnerId, otherPartnerId }: Catalogue, rawId: (id: string) => string) {
  const enroll = async (number: string) => {
    const profile = { displayName: "Lin Yue", email: `${number}@tea.example` };
    return (await run(service, "enrollMember", { partnerId, number, locale: "en", profile })).member.id as string;
  };
  const memberId = await enroll("one");
  const sourceId = await enroll("two");
  await run(operator, "updateMember", { id: memberId, revision: 1, profile: { phone: "+86 138 0013 8000" } });
  const { code } = await run(callers.member(rawId(memberId)), "createLinkCode", {});
  const elsewhere = { partnerId: otherPartnerId, number: "three" };
  const linked = await run(operator, "linkIdentity", { member: { code }, ...elsewhere });
  await run(operator, "unlinkIdentity", { identityId: linked.identity.id });
  await run(operator, "recordConsent", { memberId, partnerId, purpose: "MARKETING", granted: true, wording: "v1" });
  await run(operator, "unmaskProfile", { memberId, reason: "asked by telephone" });
  await run(operator, "setTags", { memberId, tags: [{ code: "oolong", value: { boolean: true } }] });
  const item = { code: "taste", value: { choice: "SWEET" } };
  await run(operator, "setTagsInBulk", { items: [memberId, sourceId].map((id) => ({ ...item, memberId: id })) });
  await run(operator, "clearTags", { memberId, codes: ["taste"] });
  return { memberId, sourceId };
}

/** Everything that the ledger does for a caller. */
async function moveEveryValue(
  run: Run,
  { partnerId, merchantId, outletId, programId, milesId }: Catalogue,
  { memberId }: People,
  rawId: (id: string) => string,
): Promise<void> {
  let keys = 0;
  const move = (name: string, input: object, actor: Actor = service) =>
    run(actor, name, { idempotencyKey: `key ${++keys}`, ...input });
  const member = { id: memberId };
  const granted = await move("grantPoints", { member, programId, amount: "100", needsConfirmation: true });
  await move("confirmPoints", { transferId: granted.transfer.id });
  const till = { member, programId, merchantId, outletId, lines: [{ line: "1", amount: "10" }] };
  const spent = await move("spendPoints", { ...till, sourceReference: "till 1" });
  await move("reverseTransfer", { transferId: spent.transfer.id, amount: "5" });
  const expiresAt = "2027-01-01T00:00:00Z";
  const held = await move("holdPoints", { ...till, expiresAt });
  await move("captureHold", { transferId: held.transfer.id, amount: "3", final: false });
  await move("voidHold", { transferId: held.transfer.id });
  const rate = { intoProgramId: milesId, numerator: "1", denominator: "2" };
  await move("convertPoints", { member, programId, amount: "10", ...rate });
  await move("depositMoney", { member, amount: { amountMinor: "500", currency: "CNY" } });
  await move("withdrawMoney", { member, amount: { amountMinor: "200", currency: "CNY" } });
  const receiver = { partnerId, number: "two" };
  await move("transferPoints", { member, receiver, programId, amount: "5" }, callers.member(rawId(memberId)));
  const made = { member, programId, reason: "asked by telephone" };
  const goodwill = await move("grantGoodwill", { ...made, amount: "20" }, operator);
  await move("undoGoodwill", { transferId: goodwill.transfer.id, reason: "by mistake" }, operator);
  const ask = async () => (await run(operator, "requestAdjustment", { ...made, amount: "-1" })).request.id as string;
  await run(secondPerson, "approveAdjustment", { requestId: await ask() });
  await run(secondPerson, "rejectAdjustment", { requestId: await ask() });
}

const content = {
  ...{ name: { en: "Spend 20, get 5" }, termsText: { en: "At our house." }, kind: "CUMULATIVE_SPEND" },
  ...{ mark: { amountMinor: "2000", currency: "CNY" }, reward: { amountMinor: "500", currency: "CNY" } },
  ...{ validHours: 168, channels: ["EMAIL"], startsAt: "2026-01-01T00:00:00Z", audienceTags: ["oolong"] },
};

/** Every step of the lifecycle; the offer is live at the end. */
async function liveThroughAnOffer(run: Run, { merchantId }: Catalogue): Promise<string> {
  const drafted = await run(operator, "draftOffer", { target: { newOffer: { merchantId, code: "spring" } }, content });
  const offerId = drafted.offer.id as string;
  const take = stepper(run, offerId, drafted.version);
  await take(operator, "editOffer", { content: { ...content, validHours: 100 } });
  await take(operator, "submitOffer");
  await take(approver, "rejectOffer", { reason: "too long" });
  await take(operator, "submitOffer");
  await take(approver, "approveOffer");
  await take(operator, "scheduleOffer", { publishAt: "2026-07-01T00:00:00Z" });
  await take(operator, "publishOffer");
  await take(operator, "pauseOffer");
  await take(operator, "resumeOffer");
  return offerId;
}

/** Takes steps with one version, each with the revision that the one before left. */
function stepper(run: Run, offerId: string, { version, revision }: { version: number; revision: number }) {
  let seen = revision;
  return async (actor: Actor, name: string, more: object = {}) => {
    seen = (await run(actor, name, { offerId, version, revision: seen, ...more })).version.revision;
  };
}

async function dealWithTheOffer(run: Run, catalogue: Catalogue, { memberId }: People, offerId: string): Promise<void> {
  const delivered = await run(service, "deliverOffer", {
    offerId,
    memberId,
    channel: "EMAIL",
    sourceReference: "mail",
  });
  await run(service, "markOfferViewed", { deliveryId: delivered.delivery.id });
  await run(operator, "activateOffer", { offerId, memberId });
  const { merchantId, outletId } = catalogue;
  const purchase = { member: { id: memberId }, channel: "IN_STORE", amount: { amountMinor: "2000", currency: "CNY" } };
  const at = { merchantId, outletId, occurredAt: "2026-06-01T00:00:00Z" };
  await run(service, "recordPurchase", { ...purchase, ...at, sourceReference: "receipt" });
  const returned = await run(operator, "returnOffer", { offerId, version: 1 });
  const take = stepper(run, offerId, returned.version);
  await take(operator, "submitOffer");
  await take(approver, "approveOffer");
  // Goes live in place of version 1, which ends.
  await take(operator, "publishOffer");
  await take(operator, "endOffer");
}

/** Every step of the lifecycle; the audience is ended at the end. */
async function liveThroughAnAudience(run: Run, { partnerId }: Catalogue): Promise<void> {
  const { list } = await run(operator, "uploadAudienceList", { partnerId, numbers: ["one", "two", "nobody"] });
  const described = { name: { en: "Tea drinkers" }, description: { en: "Who likes tea." } };
  const ofRule = { ...described, members: { text: "oolong" } };
  const drafted = await run(operator, "draftAudience", {
    target: { newAudience: { code: "drinkers" } },
    content: ofRule,
  });
  const audienceId = drafted.audience.id as string;
  let { revision } = drafted.version;
  const take = async (actor: Actor, name: string, more: object = {}) => {
    revision = (await run(actor, name, { audienceId, version: 1, revision, ...more })).version.revision;
  };
  await take(operator, "editAudience", { content: { ...described, members: { listId: list.id } } });
  await take(operator, "submitAudience");
  await take(approver, "rejectAudience", { reason: "too few" });
  await take(operator, "submitAudience");
  await take(approver, "approveAudience");
  await take(operator, "publishAudience");
  await take(operator, "endAudience");
}

async function mergePeople(run: Run, { partnerId }: Catalogue, { memberId, sourceId }: People): Promise<void> {
  const consent = { partnerId, purpose: "PROFILING", granted: true, wording: "v1" };
  await run(operator, "recordConsent", { ...consent, memberId: sourceId });
  await run(operator, "mergeMembers", { sourceId, targetId: memberId, reason: "the same person" });
}

async function admitActors(run: Run, { partnerId }: Catalogue): Promise<void> {
  const key = await run(operator, "createApiKey", { partnerId, name: "till", scopes: ["PURCHASES_WRITE"] });
  const rotated = await run(operator, "rotateApiKey", { prefix: key.apiKey.prefix });
  await run(operator, "revokeApiKey", { prefix: rotated.apiKey.prefix });
  const person = { issuer: "https://tea.example", subject: "lin", as: { staff: { roles: ["SUPPORT"] } } };
  const { actor } = await run(operator, "registerActor", person);
  await run(operator, "disableActor", { id: actor.id });
  await run(operator, "registerActor", person);
}
