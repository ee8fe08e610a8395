import type { Actor } from "../../src/auth/core/actor";
import { GlobalIds } from "../../src/graphql/global-id";
import type { ServerName } from "./servers";

export const documentNames = ["member", "screen", "list"] as const;
export type DocumentName = (typeof documentNames)[number];

/** How one server is asked. Its answers are brought into one shape by normal-answer.ts. */
export interface Dialect {
  readonly documents: Readonly<Record<DocumentName, string>>;
  /** The variables that name this member: the one asked for, or the one after which the page begins. */
  readonly variables: (document: DocumentName, memberId: string) => Record<string, unknown>;
}

/** The body of the POST request. The text of a document is always the same, so that every server can keep what it made of it. */
export function requestOf(dialect: Dialect, document: DocumentName, memberId: string): string {
  return JSON.stringify({
    query: dialect.documents[document],
    operationName: operationNames[document],
    variables: dialect.variables(document, memberId),
  });
}

const operationNames: Readonly<Record<DocumentName, string>> = { member: "Member", screen: "Screen", list: "List" };
const plainFields = "status locale joinedAt createdAt updatedAt revision";
const account = "available held pending program { code name }";
const delivery = "deliveredAt lapsesAt offer { code name kind merchant { code name } }";

/**
 * No document asks for `id`, since this server seals ids for each viewer and the others answer their keys bare; `withIds`
 * are the same documents with every `id`, to show what sealing adds.
 */
const allianceDocuments: Dialect["documents"] = {
  member: `query Member($id: ID!) { member(id: $id) { ${plainFields} } }`,
  screen: `query Screen($id: ID!) { member(id: $id) {
    accounts { ${account} } offerDeliveries(first: 10) { nodes { ${delivery} } } } }`,
  list: `query List($after: Cursor) { members(first: 50, after: $after) {
    nodes { status joinedAt accounts { ${account} } } } }`,
};

const withIds = Object.fromEntries(
  Object.entries(allianceDocuments).map(([name, text]) => [
    name,
    text.replace(/(?<=\b(member|accounts|program|nodes|offer|merchant)(\([^)]*\))? \{)/g, " id"),
  ]),
) as Record<DocumentName, string>;

/**
 * Global ids and cursors are made here as the server makes them for the operator's people: to page through all members
 * for their cursors would take longer than the benchmark.
 */
export function allianceDialects(masterKey: Buffer): { readonly plain: Dialect; readonly withIds: Dialect } {
  const ids = new GlobalIds(masterKey).forActor(someStaff);
  const variables: Dialect["variables"] = (document, memberId) =>
    document === "list"
      ? { after: ids.cursors.seal(membersPlace, [memberId]) }
      : { id: ids.seal("Member", memberId, memberId) };
  return { plain: { documents: allianceDocuments, variables }, withIds: { documents: withIds, variables } };
}

const someStaff: Actor = { kind: "staff", actorId: "bench", roles: new Set(["SUPPORT"]) };
/** The connection `members` without a filter. */
const membersPlace = JSON.stringify(["members", undefined]);

/**
 * PostGraphile's own names. Plain lists where nothing is paged, which cost it no more; its connection for the members,
 * since only that goes on after a cursor. Localised texts come whole, as the column holds them.
 */
export async function postgraphileDialect(url: string): Promise<Dialect> {
  const cursorOf = await postgraphileCursors(url);
  const accounts = `accountsByMemberIdList { available held pending programByProgramId { code name } }`;
  return {
    documents: {
      member: `query Member($id: UUID!) { memberByMemberId(memberId: $id) { ${plainFields} } }`,
      screen: `query Screen($id: UUID!) { memberByMemberId(memberId: $id) { ${accounts}
        offerDeliveriesByMemberIdList(first: 10, orderBy: [DELIVERED_AT_DESC]) {
          deliveredAt lapsesAt offerByOfferId { code name kind merchantByMerchantId { code name } } } } }`,
      list: `query List($after: Cursor) { allMembers(first: 50, after: $after) {
        nodes { status joinedAt ${accounts} } } }`,
    },
    variables: (document, memberId) => (document === "list" ? { after: cursorOf(memberId) } : { id: memberId }),
  };
}

/** Its cursors are JSON of a digest of the order and the key of the row; the digest is learnt from one of them. */
async function postgraphileCursors(url: string): Promise<(memberId: string) => string> {
  const query = "{ allMembers(first: 1) { edges { cursor } } }";
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
  const answer = (await response.json()) as { data: { allMembers: { edges: { cursor: string }[] } } };
  const cursor = Buffer.from(answer.data.allMembers.edges[0]?.cursor ?? "", "base64").toString();
  const [digest] = JSON.parse(cursor) as string[];
  return (memberId) => Buffer.from(JSON.stringify([digest, memberId])).toString("base64");
}

const bareIds: Dialect["variables"] = (document, memberId) =>
  document === "list" ? { after: memberId } : { memberId };

const apolloDialect: Dialect = {
  documents: {
    member: `query Member($memberId: ID!) { member(memberId: $memberId) { ${plainFields} } }`,
    screen: `query Screen($memberId: ID!) { member(memberId: $memberId) {
      accounts { ${account} } offerDeliveries(first: 10) { ${delivery} } } }`,
    list: `query List($after: ID) { members(first: 50, after: $after) { status joinedAt accounts { ${account} } } }`,
  },
  variables: bareIds,
};

/** It looks at the operation's name alone. */
export const sqlDialect: Dialect = { documents: { member: "", screen: "", list: "" }, variables: bareIds };

export async function dialectsOf(
  masterKey: Buffer,
  postgraphileUrl: string,
): Promise<Readonly<Record<ServerName, Dialect>>> {
  return {
    alliance: allianceDialects(masterKey).plain,
    postgraphile: await postgraphileDialect(postgraphileUrl),
    apollo: apolloDialect,
    sql: sqlDialect,
  };
}
