import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import { anonymous, partnerScopes, staffRoles, type Actor, type PartnerScope } from "../../src/auth/core/actor";
import { allows, reachOf, scopeOf, type Reach, type Resource } from "../../src/auth/core/policy";
import { policyTable, type Action } from "../../src/auth/core/policy.table";
import { buildAllianceSchema } from "../../src/schema";
import { policyCases, type PolicyCase } from "./policy.cases";

const partner = (...scopes: PartnerScope[]): Actor => ({
  kind: "partner",
  actorId: "p",
  partnerId: "bank",
  channel: "user",
  scopes: new Set(scopes),
});
const member: Actor = { kind: "member", actorId: "m", memberId: "lin" };
const service: Actor = { kind: "service", actorId: "s", name: "jobs" };

/** Whose things are asked for: the caller's own in each way that counts, and others' in each. */
const own: Record<string, Resource> = {
  "of the bank": { partnerId: "bank" },
  "of a member of bank and shop": { partnerIds: ["shop", "bank"] },
  "of Lin": { memberId: "lin" },
};
const others: Record<string, Resource> = {
  "of the shop": { partnerId: "shop" },
  "of a member of the shop": { partnerIds: ["shop"], memberId: "wang" },
  "of Wang": { memberId: "wang" },
  "of nobody": {},
  "of nothing found": { partnerId: undefined, partnerIds: [], memberId: null },
};
const ownTo: Record<Actor["kind"], readonly string[]> = {
  anonymous: [],
  staff: [],
  partner: ["of the bank", "of a member of bank and shop"],
  member: ["of Lin"],
  service: [],
};

/** Every caller that the case tells apart, with how far it must reach. */
function* callersOf(row: PolicyCase): Generator<{ who: string; actor: Actor; reach: Reach | undefined }> {
  yield { who: "anonymous", actor: anonymous, reach: row.anonymous };
  yield { who: "staff without a role", actor: { kind: "staff", actorId: "s", roles: new Set() }, reach: undefined };
  for (const role of staffRoles) {
    const actor: Actor = { kind: "staff", actorId: "s", roles: new Set([role]) };
    yield { who: role, actor, reach: row.staff.includes(role) ? "all" : undefined };
  }
  const withScope = (scope: PartnerScope | undefined) =>
    row.partner && (row.partner.scope === undefined || row.partner.scope === scope) ? row.partner.reach : undefined;
  yield { who: "partner without scopes", actor: partner(), reach: withScope(undefined) };
  for (const scope of partnerScopes) {
    yield { who: `partner with ${scope}`, actor: partner(scope), reach: withScope(scope) };
  }
  yield { who: "partner with every scope", actor: partner(...partnerScopes), reach: row.partner?.reach };
  yield { who: "member", actor: member, reach: row.member };
  yield { who: "service", actor: service, reach: row.service };
}

describe("the policy decides as written down", () => {
  test.each(policyCases)("for $action", (row) => {
    const action = row.action as Action;
    for (const { who, actor, reach } of callersOf(row)) {
      for (const [whose, resource] of Object.entries({ ...own, ...others })) {
        const expected = reach === "all" || (reach === "own" && ownTo[actor.kind].includes(whose));
        expect([who, whose, allows(actor, action, resource)]).toEqual([who, whose, expected]);
      }
      expect([who, reachOf(actor, action)]).toEqual([who, reach]);
    }
  });
});

test("every row of the policy is written down, and nothing else", () => {
  expect(policyCases.map((row) => row.action).sort()).toEqual(Object.keys(policyTable).sort());
});

test("a list is filtered to no more than its items allow one by one", () => {
  const actors = fc.oneof(
    fc.constantFrom<Actor>(anonymous, member, service),
    fc.subarray([...partnerScopes]).map((scopes) => partner(...scopes)),
    fc.subarray([...staffRoles]).map((roles): Actor => ({ kind: "staff", actorId: "s", roles: new Set(roles) })),
  );
  const actions = fc.constantFrom(...(Object.keys(policyTable) as Action[]));
  const owners = fc.record({
    partnerId: fc.constantFrom("bank", "shop", undefined),
    memberId: fc.constantFrom("lin", "wang", undefined),
  });
  fc.assert(
    fc.property(actors, actions, owners, (actor, action, resource) => {
      const scope = scopeOf(actor, action);
      const listed =
        scope.kind === "all" ||
        (scope.kind === "partner" && scope.partnerId === resource.partnerId) ||
        (scope.kind === "member" && scope.memberId === resource.memberId);
      expect(listed).toBe(allows(actor, action, resource));
    }),
  );
});

/** Rows that withhold something that is no field of its own: which objects of a type, rather than which field. */
const rowsOfObjects = [
  "Offer.unpublished",
  "Benefit.unpublished",
  "RightsPackage.unpublished",
  "CardProduct.unpublished",
  "Benefit.costs",
  "MemberTag.sensitive",
];

describe("the policy and the schema", () => {
  const schema = buildAllianceSchema();

  test("have a row for every operation", () => {
    expect(operations(schema).filter((operation) => !(operation in policyTable))).toEqual([]);
  });

  test("have an operation or a field for every row", () => {
    const rows = Object.keys(policyTable).filter((row) => !rowsOfObjects.includes(row));
    expect(rows.filter((row) => !exists(schema, row))).toEqual([]);
  });

  test("would find an operation without a row", () => {
    expect(exists(schema, "abolishAlliance")).toBe(false);
    expect(exists(schema, "Merchant.secrets")).toBe(false);
    expect(operations(schema)).toEqual(expect.arrayContaining(["viewer", "node", "merchant", "createMerchant"]));
  });
});

function operations(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    root ? Object.keys(root.getFields()) : [],
  );
}

function exists(schema: GraphQLSchema, row: string): boolean {
  const [typeName = "", fieldName] = row.split(".");
  if (fieldName === undefined) return operations(schema).includes(row);
  const type = schema.getType(typeName);
  return type !== undefined && "getFields" in type && fieldName in type.getFields();
}
