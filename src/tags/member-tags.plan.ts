import { and, asc, sql, type Column, type SQL } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import {
  column,
  computed,
  derived,
  extension,
  fromCatalogue,
  rowPlan,
  rows,
  withheld,
  type Bind,
  type Capabilities,
  type PlanContext,
  type RoomPlan,
  type RowField,
} from "../graphql/plan/fields";
import { nameInLocale, nameTranslations } from "../graphql/plan/names";
import { fromLocalisedText } from "../graphql/value.types";
import { inLocale } from "../kernel/localised";
import { showTagValue } from "./core/tag";
import type { TagDefinitionRow } from "./tags.queries";
import { memberTags, tagDefinitions } from "./tags.tables";

const memberTagPlan = rowPlan({
  type: "MemberTag",
  table: memberTags,
  fields: ({ tagCode, value, observedAt, recordedAt }, caller) => ({
    code: column(tagCode),
    name: derived({ tagCode }, (tag, context) => {
      const definition = definitionOf(tag, context);
      return definition && inLocale(definition.name, context.locale);
    }),
    value: derived({ tagCode, value }, (tag, context) => {
      const definition = definitionOf(tag, context);
      return definition && showTagValue(definition.type, tag.value);
    }),
    observedAt: shownToSource(tagCode, observedAt, caller),
    recordedAt: shownToSource(tagCode, recordedAt, caller),
    definition: caller.reach("tagDefinition") === "none" ? withheld : fromCatalogue({ tagCode }, definitionOf),
  }),
});

export const memberTagsPlan: RoomPlan = {
  extensions: [
    extension("Member", ({ memberId }: { readonly memberId: Column }, caller) => ({
      tags:
        caller.reach("Member.tags") === "none"
          ? withheld
          : rows(memberTagPlan, (table, bind) => ({
              where: and(sql`${table.memberId} = ${memberId}`, isVisible(table, caller), isAskedFor(table, bind)),
              orderBy: [asc(table.tagCode)],
            })),
    })),
  ],
  objects: [
    {
      type: "TagDefinition",
      fields: () => ({
        name: nameInLocale,
        nameTranslations,
        description: computed(({ description }: TagDefinitionRow, { locale }) => inLocale(description, locale)),
        descriptionTranslations: computed(({ description }: TagDefinitionRow) => fromLocalisedText(description)),
        source: computed(({ sourcePartnerId }: TagDefinitionRow, { catalogue }) =>
          catalogue.partners.get(sourcePartnerId),
        ),
      }),
    },
  ],
};

/** Undefined where the tag is younger than the snapshot: the resolvers read both at once. */
function definitionOf({ tagCode }: { readonly tagCode: string }, { catalogue }: PlanContext) {
  return catalogue.tagDefinitions.get(tagCode);
}

/** By an exact instant two partners that both see a public tag could find out whom they share. */
function shownToSource(tagCode: Column, at: Column, { reach }: Capabilities): RowField {
  if (reach("Member.tags") !== "partner") return column(at);
  return derived({ tagCode, at }, (tag, context) => {
    const { actor } = context;
    const source = context.catalogue.tagDefinitions.get(tag.tagCode as string)?.sourcePartnerId;
    return actor.kind === "partner" && actor.partnerId === source ? tag.at : null;
  });
}

/** As the tags that the room's queries answer: what the caller may not see is not selected. */
function isVisible(table: typeof memberTags, { reach, ownId }: Capabilities): SQL | undefined {
  const definition = (condition: SQL) =>
    sql`exists (select from ${tagDefinitions} where ${tagDefinitions.code} = ${table.tagCode} and ${condition})`;
  const { sensitivity, sourcePartnerId } = tagDefinitions;
  return and(
    reach("MemberTag.sensitive") === "none" ? definition(sql`${sensitivity} <> 'SENSITIVE'`) : undefined,
    reach("Member.tags") === "partner"
      ? definition(sql`(${sourcePartnerId} = ${ownId}::uuid or ${sensitivity} = 'PUBLIC')`)
      : undefined,
  );
}

function isAskedFor(table: typeof memberTags, bind: Bind): SQL {
  const codes = sql`${bind((_, args) => {
    const asked = args["codes"] as readonly string[] | null | undefined;
    return asked ? arrayLiteral(asked) : null;
  })}::text[]`;
  return sql`(${codes} is null or ${table.tagCode} = any(${codes}))`;
}
