import { getTableColumns, getTableName, is, Table } from "drizzle-orm";
import { PgBigInt64 } from "drizzle-orm/pg-core";
import { parse, type OperationDefinitionNode } from "graphql";
import { partnerScopes, staffRoles, type Actor } from "../../src/auth/core/actor";
import { Planner, unplanned } from "../../src/graphql/plan/planner";
import { operationOf } from "../../src/graphql/plan/selection";
import * as membersTables from "../../src/members/members.tables";
import * as offersTables from "../../src/offers/offers.tables";
import { roomPlans } from "../../src/plans";
import * as programsTables from "../../src/programs/programs.tables";
import * as purchasesTables from "../../src/purchases/purchases.tables";
import { buildAllianceSchema } from "../../src/schema";
import * as tagsTables from "../../src/tags/tags.tables";
import { policyCases } from "../core/policy.cases";
import { callers } from "../support/api";
import { walkIds } from "../support/walk-secrets";

/*
 * What a caller may not see is not in the statements that its plans make. Who may see what follows from the written down
 * policy cases, not from the table that the plans read; no database is needed to read a statement.
 */

const schema = buildAllianceSchema();
const planner = new Planner(schema, roomPlans);

const actors: readonly (readonly [name: string, actor: Actor])[] = [
  ["anonymous", { kind: "anonymous" }],
  ["a member", callers.member(walkIds.lin)],
  ["a service", callers.service],
  ["staff without roles", callers.staff()],
  ...staffRoles.map((role) => [role, callers.staff(role)] as const),
  ["a partner without scopes", callers.partner(walkIds.bank, [])],
  ["a partner with every scope", callers.partner(walkIds.bank, [...partnerScopes])],
  ...partnerScopes.map((scope) => [`a partner with ${scope}`, callers.partner(walkIds.bank, [scope])] as const),
];

/** Each guarded field of a member with the tables that stand behind it alone. */
const guarded: readonly (readonly [action: string, selection: string, tables: readonly string[]])[] = [
  ["Member.accounts", "accounts { available }", ["alliance.accounts"]],
  ["Member.tiers", "tiers { validUntil }", ["alliance.member_tiers"]],
  ["Member.profile", "profile { displayName }", ["personal.member_profiles"]],
  ["Member.tags", "tags { code value { number } }", ["alliance.member_tags"]],
  ["Member.consents", "consents { purpose }", ["alliance.consents"]],
  ["Member.identities", "identities { number }", ["alliance.identities"]],
  ["Member.purchases", "purchases(first: 1) { nodes { id } }", ["alliance.purchases"]],
  [
    "Member.offerDeliveries",
    "offerDeliveries(first: 1) { nodes { id progress { completedAt } } }",
    ["alliance.offer_deliveries", "alliance.offer_completions", "alliance.purchases"],
  ],
  ["Member.activations", "activations(first: 1) { nodes { id } }", ["alliance.offer_activations"]],
];

function may(actor: Actor, action: string): boolean {
  const row = policyCases.find((each) => each.action === action);
  if (!row) throw new Error(`the policy has no case for ${action}`);
  switch (actor.kind) {
    case "anonymous":
      return row.anonymous !== undefined;
    case "member":
      return row.member !== undefined;
    case "service":
      return row.service !== undefined;
    case "staff":
      return row.staff.some((role) => actor.roles.has(role));
    case "partner":
      return row.partner !== undefined && (!row.partner.scope || actor.scopes.has(row.partner.scope));
  }
}

/** Undefined where there is no plan. */
function statementsFor(actor: Actor, source: string): string[] | undefined {
  const document = parse(source);
  const operation = operationOf(document, undefined) as OperationDefinitionNode;
  const plan = planner.makePlan({ document, operation, actor, variables: {} });
  return plan === unplanned ? undefined : plan.statements.map(({ statement }) => statement.text);
}

/** Every way to a member that the actor has. */
function waysTo(actor: Actor, selection: string): (readonly [way: string, source: string])[] {
  const ways = [
    ["member", `{ member(id: "x") { id ${selection} } }`],
    ["memberByIdentity", `{ memberByIdentity(number: "x") { id ${selection} } }`],
    ["members", `{ members(first: 2) { nodes { id ${selection} } } }`],
  ] as const;
  const own = [["viewer", `{ viewer { member { id ${selection} } } }`]] as const;
  return [...ways.filter(([way]) => may(actor, way)), ...(actor.kind === "member" ? own : [])];
}

const names = (text: string, table: string) => text.includes(`"${table.replace(".", '"."')}"`);

describe.each(actors)("%s", (_name, actor) => {
  test.each(guarded)("%s", (action, selection, tables) => {
    for (const [, source] of waysTo(actor, selection)) {
      const texts = statementsFor(actor, source);
      // Whom a partner may see at all is decided by its identities, whatever is asked; compared without the field.
      const without = statementsFor(actor, source.replace(selection, "")) as string[];
      expect(texts).toHaveLength(1);
      if (!may(actor, action)) expect(texts).toEqual(without);
      for (const table of tables) {
        const selected = texts?.some((text) => names(text, table)) ?? false;
        if (may(actor, action)) expect(selected).toBe(true);
        else expect(selected).toBe(without.some((text) => names(text, table)));
      }
    }
  });

  test("MemberTag.sensitive", () => {
    for (const [, source] of waysTo(actor, "tags { code }")) {
      const [text = ""] = statementsFor(actor, source) ?? [];
      const isHidden = text.includes(`"sensitivity" <> 'SENSITIVE'`);
      expect(isHidden).toBe(may(actor, "Member.tags") && !may(actor, "MemberTag.sensitive"));
    }
  });

  test("Member.offerDeliveries below purchases", () => {
    for (const [, source] of waysTo(actor, "purchases(first: 1) { nodes { completedDeliveries { id } } }")) {
      const [text = ""] = statementsFor(actor, source) ?? [];
      const isShown = may(actor, "Member.purchases") && may(actor, "Member.offerDeliveries");
      expect(names(text, "alliance.offer_deliveries")).toBe(isShown);
    }
  });

  test("of a member that it may not ask for, nothing is planned", () => {
    for (const way of ["member", "memberByIdentity", "members"] as const) {
      if (may(actor, way)) continue;
      const argument = way === "member" ? 'id: "x"' : way === "members" ? "first: 1" : 'number: "x"';
      expect(statementsFor(actor, `{ ${way}(${argument}) { __typename } }`)).toBeUndefined();
    }
  });
});

test("the walk of the guards meets callers on both sides of each", () => {
  const all = [...guarded.map(([action]) => action), "MemberTag.sensitive"];
  for (const action of all) {
    const reaching = actors.filter(([, actor]) => waysTo(actor, "").length > 0);
    expect(reaching.some(([, actor]) => may(actor, action))).toBe(true);
    // The fields that whoever sees a member sees too are guarded by the way to it.
    const same = ["Member.accounts", "Member.tiers"].includes(action);
    expect(reaching.some(([, actor]) => !may(actor, action))).toBe(!same);
  }
});

describe("amounts", () => {
  const rooms = [membersTables, offersTables, programsTables, purchasesTables, tagsTables];
  const bigints = new Set(
    rooms
      .flatMap((room) => Object.values(room).filter((each) => is(each, Table)))
      .flatMap((table) => Object.values(getTableColumns(table)).map((each) => [getTableName(table), each] as const))
      .filter(([, each]) => is(each, PgBigInt64))
      .map(([, each]) => each.name),
  );
  const whole = `accounts { available held pending }
    purchases(first: 9) { nodes { amount { amountMinor } completedDeliveries { progress { spent { amountMinor } } } } }
    offerDeliveries(first: 9) { nodes { progress { spent { amountMinor } remaining { amountMinor } } } }`;

  test("are columns of these tables", () => {
    expect([...bigints].sort()).toEqual(expect.arrayContaining(["amount_minor", "available", "held", "pending"]));
  });

  test.each(actors.filter(([, actor]) => waysTo(actor, "").length > 0))(
    "are whole in every statement of %s: as their eight bytes",
    (_, actor) => {
      for (const [, source] of waysTo(actor, whole)) {
        const text = (statementsFor(actor, source) ?? []).join("\n");
        const found = [...text.matchAll(/(int8send\()?(?:"\w+"\.)*"(\w+)"(?=[,) ])/g)].filter(([, , name = ""]) =>
          bigints.has(name),
        );
        if (may(actor, "Member.accounts")) expect(found.length).toBeGreaterThan(2);
        expect(found.filter(([, packed]) => packed === undefined).map(([whole]) => whole)).toEqual([]);
      }
    },
  );
});
