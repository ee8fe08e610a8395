import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { partnersByIds } from "../merchants/merchants.queries";
import {
  choicesRefusals,
  localisedRefusals,
  tagCodeRefusals,
  unitRefusals,
  type Sensitivity,
  type TagType,
} from "./core/tag";
import type { TagDefinitionRow } from "./tags.queries";
import { tagDefinitions } from "./tags.tables";

export interface NewTagDefinition {
  readonly code: string;
  readonly name: LocalisedText;
  readonly description: LocalisedText;
  readonly type: TagType;
  readonly choices: readonly string[];
  readonly unit: string | null;
  readonly sourcePartnerId: string;
  readonly sensitivity: Sensitivity;
}

/** Says what can be said about members. Code, type and source never change. */
export async function createTagDefinition(work: Work, input: NewTagDefinition): Promise<Result<TagDefinitionRow>> {
  const denied = refusalFor(work, "createTagDefinition", { partnerId: input.sourcePartnerId }, "The partner");
  if (denied) return denied;
  const refusals = [
    ...tagCodeRefusals(input.code),
    ...localisedRefusals("name", input.name, 200),
    ...localisedRefusals("description", input.description, 2000),
    ...choicesRefusals(input.type, input.choices),
    ...unitRefusals(input.type, input.unit),
  ];
  if (refusals.length > 0) return refuseAll(refusals);
  const [partner] = await partnersByIds(work.database.app, [input.sourcePartnerId]);
  if (!partner) return refuse("NOT_FOUND", "The partner was not found.", ["input", "sourcePartnerId"]);

  return inTransaction(work.database.app, async (tx) => {
    const [definition] = await tx
      .insert(tagDefinitions)
      .values({
        ...input,
        choices: [...input.choices],
        status: "ACTIVE",
        revision: 1,
        createdAt: work.now,
        updatedAt: work.now,
      })
      .onConflictDoNothing()
      .returning();
    if (!definition) return refuse("ALREADY_EXISTS", `A tag with code "${input.code}" exists.`, ["input", "code"]);
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "createTagDefinition",
      resource: `TagDefinition:${definition.code}`,
      after: definition,
      event: { type: "tag_definition.created", payload: { code: definition.code } },
    });
    return done(definition);
  });
}
