import type { Actor, PartnerScope, StaffRole } from "../../src/auth/core/actor";
import { partnerScopes, staffRoles } from "../../src/auth/core/actor";
import { policyCases } from "../core/policy.cases";
import { callers } from "./api";

/**
 * Who walks. Bank and shop are partners; Lin is a member of both, Wang of the bank, Chen of the shop. Zhou left the bank
 * and stayed with the shop; Yang was a member of the shop and is merged into Chen.
 */
export const walkIds = {
  bank: "01890000-0000-7000-8000-00000000000a",
  shop: "01890000-0000-7000-8000-00000000000b",
  lin: "01890000-0000-7000-8000-000000000101",
  wang: "01890000-0000-7000-8000-000000000102",
  chen: "01890000-0000-7000-8000-000000000103",
  zhou: "01890000-0000-7000-8000-000000000104",
  yang: "01890000-0000-7000-8000-000000000105",
} as const;
export type PartnerName = "bank" | "shop";
export type MemberName = "lin" | "wang" | "chen" | "zhou" | "yang";

export const partnersOf: Record<MemberName, readonly PartnerName[]> = {
  lin: ["bank", "shop"],
  wang: ["bank"],
  chen: ["shop"],
  zhou: ["shop"],
  yang: ["shop"],
};

export interface Viewer {
  readonly name: string;
  readonly actor: Actor;
}

const key = (partner: PartnerName, scopes: readonly PartnerScope[]): Actor => ({
  kind: "partner",
  actorId: `key:${partner}`,
  partnerId: walkIds[partner],
  channel: "service",
  scopes: new Set(scopes),
  onBehalfOf: [],
});

export const viewers: readonly Viewer[] = [
  { name: "anonymous", actor: { kind: "anonymous" } },
  { name: "bank", actor: callers.partner(walkIds.bank, [...partnerScopes]) },
  { name: "bank's key", actor: key("bank", partnerScopes) },
  { name: "bank's clerk without scopes", actor: callers.partner(walkIds.bank, []) },
  { name: "shop", actor: callers.partner(walkIds.shop, [...partnerScopes]) },
  ...(["lin", "wang", "chen", "zhou"] as const).map((name) => ({ name, actor: callers.member(walkIds[name]) })),
  ...staffRoles.map((role) => ({ name: role, actor: callers.staff(role) })),
  { name: "staff without roles", actor: callers.staff() },
  { name: "service", actor: callers.service },
];

/** Whose a secret is: what the policy decides by. */
export interface Owners {
  readonly partners?: readonly PartnerName[];
  readonly members?: readonly MemberName[];
}

export interface Secret {
  readonly what: string;
  /** Names of the viewers who may read it; nobody else may. */
  readonly readers: ReadonlySet<string>;
}

/**
 * Unique texts and numbers that are planted in rows, each with whom it may reach. Who that is follows from the written
 * down policy cases, not from the table that the code under test reads: a loosened table does not loosen the walk.
 */
export class Secrets {
  readonly all: Secret[] = [];

  /** A text such as `mk0017x`, fit for names, numbers, codes and mail addresses. */
  text(what: string, action: string, owners: Owners): string {
    return `mk${this.#plant(what, action, owners)}x`;
  }

  /** A number such as 7770000017, fit for amounts and points. */
  amount(what: string, action: string, owners: Owners): bigint {
    return BigInt(`777000${this.#plant(what, action, owners)}`);
  }

  /** The secrets that stand in a text, by their number. */
  *in(text: string): Generator<Secret> {
    for (const [, a, b] of text.matchAll(/mk(\d{4})x|777000(\d{4})/g)) {
      const secret = this.all[Number(a ?? b)];
      if (secret) yield secret;
    }
  }

  #plant(what: string, action: string, owners: Owners): string {
    this.all.push({ what, readers: readersOf(action, owners) });
    return String(this.all.length - 1).padStart(4, "0");
  }
}

function readersOf(action: string, owners: Owners): Set<string> {
  const row = policyCases.find((each) => each.action === action);
  if (!row && action !== "nobody") throw new Error(`the policy has no case for ${action}`);
  return new Set(viewers.filter(({ actor }) => row && mayRead(actor)).map((viewer) => viewer.name));

  function mayRead(actor: Actor): boolean {
    switch (actor.kind) {
      case "anonymous":
        return row?.anonymous === "all";
      case "service":
        return row?.service === "all";
      case "staff":
        return row?.staff.some((role: StaffRole) => actor.roles.has(role)) ?? false;
      case "member":
        return row?.member === "all" || (row?.member === "own" && owns(owners.members, actor.memberId));
      case "partner": {
        const grant = row?.partner;
        if (!grant || (grant.scope && !actor.scopes.has(grant.scope))) return false;
        return grant.reach === "all" || owns(owners.partners, actor.partnerId);
      }
    }
  }
}

function owns(names: readonly (PartnerName | MemberName)[] | undefined, id: string): boolean {
  return names?.some((name) => walkIds[name] === id) ?? false;
}
