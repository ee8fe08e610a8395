import { appendAuditEntries, type AuditEntry } from "../../src/audit/append-entry";
import { inTransaction } from "../../src/db/transaction";
import { newId } from "../../src/kernel/ids";
import { callers, testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const auditor = callers.staff("AUDITOR");
const marketer = callers.staff("MARKETER");
const merchantId = newId();
const minute = (n: number) => new Date(Date.UTC(2026, 5, 1, 0, n));

interface Answer {
  auditLog: {
    nodes: {
      stream: string;
      sequence: string;
      action: string;
      hash: string;
      previousHash: string;
      after: string | null;
    }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const document = `query ($first: Int, $after: Cursor, $filter: AuditLogFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    nodes { stream sequence recordedAt actorKind actorId action resource before after reason previousHash hash }
    pageInfo { hasNextPage endCursor }
  }
}`;

let api: TestApi;

beforeAll(async () => {
  const { database } = await testDatabase();
  api = testApi(database);
  const entry = (n: number, facts: Partial<AuditEntry>): AuditEntry => ({
    ...{ stream: "catalogue", actor: marketer, action: "updateMerchant", resource: `Merchant:${merchantId}` },
    ...{ now: minute(n), after: { n, amountMinor: 12850n }, ...facts },
  });
  const entries = [
    entry(1, { action: "createMerchant", reason: "new partner" }),
    entry(2, {}),
    entry(2, { stream: "partner:1", resource: "ApiKey:k", action: "createApiKey", actor: auditor }),
    entry(3, {}),
    entry(4, { resource: `Offer:${newId()}`, action: "publishOffer", actor: callers.service }),
  ];
  await inTransaction(database.app, (tx) => appendAuditEntries(tx, entries));
});

async function actions(filter: object): Promise<string[]> {
  const { auditLog } = await api.ask<Answer>(auditor, document, { filter });
  return auditLog.nodes.map((node) => node.action);
}

test("shows entries newest first, each linked to the one before it in its chain", async () => {
  const { auditLog } = await api.ask<Answer>(auditor, document);
  const verbs = ["publishOffer", "updateMerchant", "createApiKey", "updateMerchant", "createMerchant"];
  expect(auditLog.nodes.map((node) => node.action)).toEqual(verbs);
  const chain = auditLog.nodes.filter((node) => node.stream === "catalogue").reverse();
  expect(chain.map((node) => node.sequence)).toEqual(["1", "2", "3", "4"]);
  expect(chain.slice(1).map((node) => node.previousHash)).toEqual(chain.slice(0, -1).map((node) => node.hash));
  expect(chain[0]).toMatchObject({ reason: "new partner", before: null, after: '{"amountMinor":"12850","n":1}' });
});

test.each<[string, object, string[]]>([
  ["a stream", { stream: "partner:1" }, ["createApiKey"]],
  ["an actor", { actorId: "service-test" }, ["publishOffer"]],
  ["an action", { action: "createMerchant" }, ["createMerchant"]],
  ["a thing by name", { resource: "ApiKey:k" }, ["createApiKey"]],
  ["a half-open period", { from: minute(2), to: minute(3) }, ["createApiKey", "updateMerchant"]],
  ["several conditions", { action: "updateMerchant", from: minute(3) }, ["updateMerchant"]],
  ["conditions that nothing fits", { stream: "partner:1", action: "publishOffer" }, []],
  ["nulls, which are no conditions", { stream: null, action: "publishOffer" }, ["publishOffer"]],
])("filters by %s", async (_what, filter, expected) => {
  expect(await actions(filter)).toEqual(expected);
});

test("filters by a thing's global id", async () => {
  const resourceId = api.services.ids.forActor(auditor).seal("Merchant", merchantId);
  expect(await actions({ resourceId })).toEqual(["updateMerchant", "updateMerchant", "createMerchant"]);
});

test("pages without loss or repetition, also through one instant", async () => {
  const seen: string[] = [];
  let after: string | null = null;
  for (let more = true; more;) {
    const { auditLog }: Answer = await api.ask<Answer>(auditor, document, { first: 2, after });
    seen.push(...auditLog.nodes.map((node) => `${node.stream}/${node.sequence}`));
    ({ hasNextPage: more, endCursor: after } = auditLog.pageInfo);
  }
  expect(seen).toEqual(["catalogue/4", "catalogue/3", "partner:1/1", "catalogue/2", "catalogue/1"]);
});

const forged = Buffer.from(JSON.stringify(["yesterday", "catalogue", "one"])).toString("base64url");
test.each<[string, object]>([
  ["a thing's id that was not made here", { filter: { resourceId: "nonsense" } }],
  ["a text with a NUL", { filter: { stream: "\u0000" } }],
  ["two different things", { filter: { resource: "Offer:1", resourceId: "MERCHANT" } }],
  ["a cursor of another connection", { after: Buffer.from('["1"]').toString("base64url") }],
  ["a cursor that was made up", { after: forged }],
])("refuses %s", async (_what, variables) => {
  const resourceId = api.services.ids.forActor(auditor).seal("Merchant", merchantId);
  const given = JSON.parse(JSON.stringify(variables).replace("MERCHANT", resourceId)) as object;
  const { errors } = await api.execute(auditor, document, { ...given });
  expect(errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
});

test.each([
  ["a marketer", marketer, "FORBIDDEN"],
  ["a partner", callers.partner("1", ["reports:read"]), "FORBIDDEN"],
  ["a member", callers.member("1"), "FORBIDDEN"],
  ["nobody", { kind: "anonymous" } as const, "UNAUTHENTICATED"],
])("is closed to %s", async (_who, actor, code) => {
  const { errors, data } = await api.execute(actor, document);
  expect(errors?.[0]?.extensions["code"]).toBe(code);
  expect(data ?? null).toBeNull();
});
