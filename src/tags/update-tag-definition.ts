import { eq, sql } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { textArray } from "../db/arrays";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import type { LocalisedText } from "../kernel/localised";
import { reasonRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { revisionRefusal } from "../kernel/revision";
import {
  choicesRefusals,
  isShownMoreWidely,
  localisedRefusals,
  unitRefusals,
  type Sensitivity,
  type TagStatus,
} from "./core/tag";
import type { TagDefinitionRow } from "./tags.queries";
import { memberTags, tagDefinitions } from "./tags.tables";
import { usesOfTag, type TagUse } from "./used-by";

export interface TagDefinitionChange {
  readonly code: string;
  /** The revision the caller read; another one means somebody changed the definition since. */
  readonly revision: number;
  /** What is absent stays as it is. */
  readonly name?: LocalisedText;
  readonly description?: LocalisedText;
  /** All of them, in the order to show. */
  readonly choices?: readonly string[];
  readonly unit?: string | null;
  readonly sensitivity?: Sensitivity;
  readonly status?: TagStatus;
  readonly reason?: string | null;
}

/**
 * Changes a tag definition. Its type never changes, and a choice goes only when no member has it and nothing that names
 * the tag could mean it. A retired tag is written no more; values that are there stay, until they are cleared.
 */
export async function updateTagDefinition(work: Work, input: TagDefinitionChange): Promise<Result<TagDefinitionRow>> {
  const uses = input.choices ? await usesNow(work, input.code) : [];
  return inTransaction(work.database.app, async (tx) => {
    // Waits for the writers of this tag, who hold the definition as it was while they write; see definitionsByCodes.
    const [before] = await tx.select().from(tagDefinitions).where(eq(tagDefinitions.code, input.code)).for("update");
    const denied = refusalFor(work, "updateTagDefinition", { partnerId: before?.sourcePartnerId }, "The tag");
    if (denied) return denied;
    if (!before) return refuse("NOT_FOUND", "The tag was not found.", ["input", "code"]);
    const stale = revisionRefusal("tag", input.revision, before.revision);
    if (stale) return stale;
    const { code, revision, reason, choices, ...changes } = input;
    const after: TagDefinitionRow = {
      ...before,
      ...changes,
      choices: choices ? [...choices] : before.choices,
      revision: revision + 1,
      updatedAt: work.now,
    };
    const refusals = [
      ...refusalsOf(work, before, after),
      ...reasonRefusals(reason),
      ...(await choicesInUse(tx, work, before, after, uses)),
    ];
    if (refusals.length > 0) return refuseAll(refusals);

    await tx.update(tagDefinitions).set(after).where(eq(tagDefinitions.code, code));
    await recordChange(tx, work, {
      stream: "catalogue",
      action: "updateTagDefinition",
      resource: `TagDefinition:${code}`,
      before,
      after,
      reason,
      event: { type: "tag_definition.updated", payload: { code, revision: after.revision } },
    });
    return done(after);
  });
}

function refusalsOf(work: Work, before: TagDefinitionRow, after: TagDefinitionRow): Refusal[] {
  const refusals = [
    ...localisedRefusals("name", after.name, 200),
    ...localisedRefusals("description", after.description, 2000),
    ...choicesRefusals(after.type, after.choices),
    ...unitRefusals(after.type, after.unit),
  ];
  if (!isOperators(work) && isShownMoreWidely(before.sensitivity, after.sensitivity)) {
    // Values that members gave in confidence would be shown to others at once.
    const message = `sensitivity is ${before.sensitivity}; only the operator may lower it to ${after.sensitivity}.`;
    refusals.push({ code: "FORBIDDEN", message, path: ["input", "sensitivity"] });
  }
  return refusals;
}

/** Whether the caller may change everybody's definitions: what the operator's own do. */
function isOperators({ actor }: Work): boolean {
  return scopeOf(actor, "updateTagDefinition").kind === "all";
}

async function choicesInUse(
  tx: Tx,
  work: Work,
  before: TagDefinitionRow,
  after: TagDefinitionRow,
  uses: readonly TagUse[],
): Promise<Refusal[]> {
  const path = ["input", "choices"];
  const removed = before.choices.filter((choice) => !after.choices.includes(choice));
  if (removed.length === 0) return [];
  const ofMembers = await tx.execute<{ choice: string }>(sql`
    select choice from unnest(${textArray(removed)}) as removed (choice)
    where exists (select from ${memberTags} where ${eq(memberTags.tagCode, before.code)} and value ? choice)
    order by choice
  `);
  const refusals: Refusal[] = [...ofMembers].map(({ choice }) => {
    return { code: "IN_USE", message: `The choice "${choice}" is the value of members' tags.`, path };
  });
  if (uses.length > 0) {
    // A partner is not told the names of what others prepare.
    const names = !isOperators(work) ? "" : `: ${uses.map((use) => `${use.type} ${use.label}`).join(", ")}`;
    const message = `Choices cannot be taken away while ${uses.length} other thing(s) name the tag${names}.`;
    refusals.push({ code: "IN_USE", message, path });
  }
  return refusals;
}

/** By the catalogue as it is after everything that was committed. */
async function usesNow({ database, services }: Work, code: string): Promise<TagUse[]> {
  return usesOfTag({ db: database.app, snapshot: await services.catalogue.catchUp() }, code);
}
