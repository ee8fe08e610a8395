import { and, asc, sql, type Column, type SQL } from "drizzle-orm";
import {
  askedBy,
  computed,
  extension,
  fromCatalogue,
  notYet,
  rowPlan,
  rows,
  sealed,
  withheld,
  type Capabilities,
  type PlanContext,
  type RoomPlan,
} from "../graphql/plan/fields";
import { nameInLocale, nameTranslations } from "../graphql/plan/names";
import { inLocale } from "../kernel/localised";
import { historyElsewhere, type MemberColumns } from "../members/members.plan";
import type { ProgramRow } from "./programs.queries";
import { accounts, memberTiers, programs } from "./programs.tables";
import { earningRate, expiryPolicy, handling, pointValue } from "./programs.view";

const accountPlan = rowPlan({
  type: "Account",
  table: accounts,
  fields: ({ memberId, programId }) => ({
    id: sealed("Account", programId, memberId),
    program: fromCatalogue({ programId }, programOf),
  }),
});

const memberTierPlan = rowPlan({
  type: "MemberTier",
  table: memberTiers,
  fields: ({ programId, tierCode }) => ({
    program: fromCatalogue({ programId }, programOf),
    tier: fromCatalogue({ programId, tierCode }, (own, { catalogue }) =>
      catalogue.tiersByProgram.get(own.programId)?.find((tier) => tier.code === own.tierCode),
    ),
  }),
});

export const programsPlan: RoomPlan = {
  extensions: [
    extension("Member", ({ memberId, hasAliases }: MemberColumns, caller) => ({
      accounts:
        caller.reach("Member.accounts") === "none"
          ? withheld
          : rows(
              accountPlan,
              (table) => ({
                where: and(
                  sql`${table.memberId} = ${memberId}`,
                  isIssuedBy(table.programId, caller, "Member.accounts"),
                ),
                orderBy: [asc(table.programId)],
              }),
              historyElsewhere(hasAliases),
            ),
      tiers:
        caller.reach("Member.tiers") === "none"
          ? withheld
          : rows(
              memberTierPlan,
              (table) => ({
                where: and(sql`${table.memberId} = ${memberId}`, isIssuedBy(table.programId, caller, "Member.tiers")),
                orderBy: [asc(table.programId)],
              }),
              historyElsewhere(hasAliases),
            ),
    })),
  ],
  objects: [
    { type: "Program", fields: programFields },
    { type: "Tier", fields: () => ({ name: nameInLocale }) },
  ],
  roots: (caller) => ({
    program: askedBy(
      caller,
      "program",
      computed((_: undefined, context, args) => askedProgram(context, args)),
    ),
  }),
};

function programFields({ reach }: Capabilities) {
  const value = reach("Program.valuePerPoint");
  return {
    id: computed(({ programId }: ProgramRow, { ids }) => ids.seal("Program", programId)),
    name: nameInLocale,
    nameTranslations,
    unitName: computed(({ unitName }: ProgramRow, { locale }) => inLocale(unitName, locale)),
    issuer: computed(({ issuerPartnerId }: ProgramRow, { catalogue }) => catalogue.partners.get(issuerPartnerId)),
    earning: computed(earningRate),
    expiry: computed(expiryPolicy),
    handling: computed(handling),
    tiers: computed(({ programId }: ProgramRow, { catalogue }) => catalogue.tiersByProgram.get(programId) ?? []),
    ...(value === "all" ? { valuePerPoint: computed(pointValue) } : {}),
    ...(value === "none" ? { valuePerPoint: withheld } : {}),
  };
}

/** A partner is given only what it has in the programs that it issues. */
function isIssuedBy(
  programId: Column,
  { reach, ownId }: Capabilities,
  field: "Member.accounts" | "Member.tiers",
): SQL | undefined {
  if (reach(field) !== "partner") return undefined;
  return sql`exists (select from ${programs}
    where ${programs.programId} = ${programId} and ${programs.issuerPartnerId} = ${ownId}::uuid)`;
}

function programOf({ programId }: { readonly programId: string }, { catalogue }: PlanContext) {
  return catalogue.programs.get(programId);
}

/** One that is not in the snapshot may be newer; the resolvers look again before they say that there is none. */
function askedProgram({ ids, catalogue }: PlanContext, { id, code }: Readonly<Record<string, unknown>>) {
  if (code) return catalogue.programsByCode.get(code as string) ?? notYet("program");
  const reference = id ? ids.openAs("Program", id as string) : undefined;
  return reference ? (catalogue.programs.get(reference.id) ?? notYet("program")) : null;
}
