/**
 * Versions of everything that is published, for rooms that have such things. The lifecycle itself is kernel/lifecycle.ts.
 *
 * How a room uses it:
 *
 * 1. Add its kind to `versionedKinds` (publishing.tables.ts) and make one codec, a constant such as
 *    `export const offerVersions: VersionCodec<OfferContent> = { kind: "OFFER", name: "Offer", parse, serialise, onMove }`.
 *    `onMove` copies what lists filter by from `move.leading` into the room's own row.
 * 2. In each use case: check the policy, then call the function of the same verb with the room's codec,
 *    `publishVersion(work, offerVersions, { itemId, version, revision })`, and map the answered `Result`.
 *    Every function runs in a transaction of its own, or in the one given as the last argument. Each refuses before it
 *    writes anything; a room that writes its own row in the same transaction draws the version first:
 *    `inTransaction(work.database.app, async (tx) => { const drafted = await draftVersion(work, offerVersions, { … }, tx);
 *    if (drafted.ok) await insertOffer(tx, …); return drafted; })`.
 * 3. Read with `versionsOf` (one item) or the batch queries in publishing.queries.ts (loaders), show with
 *    `VersionState`, `VersionFields` and `VersionChangeType` of publishing.types.ts.
 * 4. Add the codec to `publishedKinds` of jobs/registry.ts, so that its scheduled versions go live by themselves.
 *
 * Refusals of every function: FORBIDDEN (nobody signed in; a key that approves), NOT_FOUND, VERSION_CONFLICT (`revision`
 * is given and is not the stored one), WRONG_STATE (the message names the state and the steps it allows).
 */
import type { Work } from "../context";
import type { Queryable, Tx } from "../db/client";
import type { LifecycleStep } from "../kernel/lifecycle";
import type { Result } from "../kernel/result";
import { diffContents, type VersionChange } from "./core/diff";
import type { Version } from "./core/version";
import { moveVersion, type StepInput } from "./move-version";
import { typed, versionsOfItem } from "./publishing.queries";
import { checkedContent, storedContent } from "./stored-content";
import type { VersionCodec } from "./version-codec";

export type { StepInput } from "./move-version";
export type { Version } from "./core/version";
export type { VersionChange } from "./core/diff";
export type { VersionCodec, VersionMove } from "./version-codec";
export { draftVersion, importVersion, returnToVersion, type DraftInput } from "./draft-version";
export { publishDueVersions } from "./publish-due-versions";

/** A step that was decided by what the caller saw, so the revision must be named. */
export type SeenInput = StepInput & { readonly revision: number };

/** Replaces the content of a draft; the caller becomes one of its editors. Equal content changes nothing. */
export async function editVersion<Content>(
  work: Work,
  codec: VersionCodec<Content>,
  input: SeenInput & { readonly content: Content },
  tx?: Tx,
): Promise<Result<Version<Content>>> {
  const checked = checkedContent(codec, input.content);
  if (!checked.ok) return checked;
  return moveVersion(work, codec, { ...input, content: checked.value, step: "EDIT" }, tx);
}

/** Hands a draft in for approval. */
export const submitVersion = stepper("SUBMIT");

/** A second person agrees with exactly what they saw: never one who edited it (SECOND_PERSON_REQUIRED), never a key. */
export const approveVersion = <Content>(work: Work, codec: VersionCodec<Content>, input: SeenInput, tx?: Tx) =>
  moveVersion(work, codec, { ...input, step: "APPROVE" }, tx);

/** Sends a version back to its draft, from review or from any later state before publication. */
export const rejectVersion = stepper("REJECT");

/** Lets an approved version go live by itself at `publishAt`, an instant to come (INVALID_INPUT); again to change it. */
export const scheduleVersion = <Content>(
  work: Work,
  codec: VersionCodec<Content>,
  input: StepInput & { readonly publishAt: Date },
  tx?: Tx,
) => moveVersion(work, codec, { ...input, step: "SCHEDULE" }, tx);

/** Makes an approved or scheduled version live now and ends the one that was live, in the same transaction. */
export const publishVersion = stepper("PUBLISH");

/** Stops a live version until it is resumed. */
export const pauseVersion = stepper("PAUSE");

/** Makes a paused version live again. */
export const resumeVersion = stepper("RESUME");

/** Ends a version for good, from any state; one that was never published is put away. */
export const endVersion = stepper("END");

/** All versions of an item, oldest first; empty where there is no such item. */
export async function versionsOf<Content>(
  db: Queryable,
  codec: VersionCodec<Content>,
  itemId: string,
): Promise<Version<Content>[]> {
  return (await versionsOfItem(db, codec.kind, itemId)).map((stored) => typed(codec, stored));
}

/** In which places two versions' contents differ, as JSON for people (amounts are texts), sorted by path. Pure. */
export function diffVersions<Content>(
  codec: VersionCodec<Content>,
  before: Pick<Version<Content>, "content">,
  after: Pick<Version<Content>, "content">,
): VersionChange[] {
  const asRead = (content: Content) => codec.comparable?.(content) ?? storedContent(codec, content).content;
  return diffContents(asRead(before.content), asRead(after.content));
}

function stepper(step: Exclude<LifecycleStep, "EDIT" | "APPROVE" | "SCHEDULE">) {
  return <Content>(
    work: Work,
    codec: VersionCodec<Content>,
    input: StepInput,
    tx?: Tx,
  ): Promise<Result<Version<Content>>> => moveVersion(work, codec, { ...input, step }, tx);
}
