import { eq } from "drizzle-orm";
import type { Action } from "../auth/core/policy.table";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { newId } from "../kernel/ids";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { codeRefusals } from "../merchants/core/merchant";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { ItemTable } from "./item.tables";
import { itemById, type ItemRow } from "./items.queries";
import * as publishing from "./publishing";
import type { SeenInput, StepInput, Version, VersionCodec, VersionMove } from "./publishing";
import type { VersionedKind } from "./publishing.tables";
import { checkedContent } from "./stored-content";

/** The verbs of the lifecycle, as mutations begin with them. */
export const itemVerbs = [
  "draft",
  "edit",
  "submit",
  "approve",
  "reject",
  "publish",
  "schedule",
  "pause",
  "resume",
  "end",
  "return",
] as const;
export type ItemVerb = (typeof itemVerbs)[number];
type StepVerb = Exclude<ItemVerb, "draft" | "edit" | "schedule" | "return">;

/** Whatever the content says, it has a name. */
export interface NamedContent {
  readonly name: LocalisedText;
}

/** What a room says of things that have a code, an owner and versions. Made once, as a constant: `benefitKind`. */
export interface ItemKind<Content extends NamedContent> {
  readonly kind: VersionedKind;
  /** As in GraphQL: `Benefit` makes the mutations `draftBenefit` … and the policy's rows of the same names. */
  readonly name: ItemName;
  /** For people, in refusals: "benefit". */
  readonly noun: string;
  readonly table: ItemTable;
  parse(json: unknown): Result<Content>;
  serialise(content: Content): unknown;
  comparable?(content: Content): unknown;
  /**
   * What a content that is written must fit together with besides its shape: things that it names, rules that its author
   * may write. Asked when it is drafted or edited, and again before it is published: `before` is null then.
   */
  check(work: Work, snapshot: CatalogueSnapshot, content: Content): Result<unknown>;
  /** Asked before a live version ends or pauses: who needs it. */
  unneeded?(work: Work, item: ItemRow): Result<unknown>;
}
export type ItemName = "Benefit" | "RightsPackage" | "CardProduct";

export type ItemTarget = { readonly code: string; readonly partnerId: string | null } | { readonly itemId: string };

export interface ItemDraft<Content> {
  readonly target: ItemTarget;
  readonly content: Content;
  readonly reason?: string | null;
}

export function codecOf<Content extends NamedContent>(of: ItemKind<Content>): VersionCodec<Content> {
  const { kind, name, parse, serialise, comparable } = of;
  return {
    ...{ kind, name, parse, serialise },
    ...(comparable ? { comparable } : {}),
    onMove: (tx, move) => followLeadingVersion(tx, of.table, move),
  };
}

async function followLeadingVersion(
  tx: Tx,
  table: ItemTable,
  { version, leading }: VersionMove<NamedContent>,
): Promise<void> {
  const updated = await tx
    .update(table)
    .set({ ...leadingFacts(leading) })
    .where(eq(table.itemId, version.itemId))
    .returning({ itemId: table.itemId });
  if (updated.length !== 1) throw new Error(`item ${version.itemId} has versions but no row`);
}

function leadingFacts({
  version,
  state,
  publishedAt,
  content,
}: Pick<Version<NamedContent>, "version" | "state" | "publishedAt" | "content">) {
  return { version, state, publishedAt, name: content.name };
}

/** Finds a thing and refuses who may not do this with it. Its owner never changes, so nothing needs a lock. */
export async function itemInHand<Content extends NamedContent>(
  work: Work,
  { table, name, noun }: ItemKind<Content>,
  verb: ItemVerb,
  itemId: string,
): Promise<Result<ItemRow>> {
  const row = await itemById(work.database.app, table, itemId);
  const denied = refusalFor(work, actionOf(verb, name), { partnerId: row?.partnerId }, `The ${noun}`);
  if (denied) return denied;
  return row ? done(row) : refuse("NOT_FOUND", `The ${noun} was not found.`, ["input", "id"]);
}

function actionOf(verb: ItemVerb, name: ItemName): Action {
  return `${verb}${name}`;
}

/** Starts a version as a draft: the first of a new thing, or the next of one that has none on its way. */
export async function draftItem<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  { target, content, reason }: ItemDraft<Content>,
): Promise<Result<Version<Content>>> {
  const codec = codecOf(of);
  if ("itemId" in target) {
    const found = await itemInHand(work, of, "draft", target.itemId);
    if (!found.ok) return found;
    const checked = await checkContent(work, of, content);
    if (!checked.ok) return checked;
    return publishing.draftVersion(work, codec, { itemId: target.itemId, content, reason });
  }
  const denied = refusalFor(work, actionOf("draft", of.name), { partnerId: target.partnerId }, "The partner");
  if (denied) return denied;
  const refusals = codeRefusals(target.code, ["input", "target", "new", "code"]);
  if (refusals.length > 0) return refuseAll(refusals);
  const checked = await checkContent(work, of, content);
  if (!checked.ok) return checked;
  const snapshot = work.services.catalogue.current;
  if (target.partnerId !== null && !snapshot.partners.has(target.partnerId)) {
    return refuse("NOT_FOUND", "The partner was not found.", ["input", "target", "new", "partnerId"]);
  }
  return inTransaction(work.database.app, async (tx) => {
    const itemId = newId();
    const inserted = await tx
      .insert(of.table)
      .values({
        ...{ itemId, code: target.code, partnerId: target.partnerId, createdAt: work.now },
        ...leadingFacts({ version: 1, state: "DRAFT", publishedAt: null, content }),
      })
      .onConflictDoNothing({ target: [of.table.code] })
      .returning({ itemId: of.table.itemId });
    if (inserted.length === 0) {
      return refuse("ALREADY_EXISTS", `The code "${target.code}" names another ${of.noun}.`, ["input", "target"]);
    }
    return publishing.draftVersion(work, codec, { itemId, content, reason }, tx);
  });
}

/** Replaces the content of a draft. */
export async function editItem<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  input: SeenInput & { readonly content: Content },
): Promise<Result<Version<Content>>> {
  const found = await itemInHand(work, of, "edit", input.itemId);
  if (!found.ok) return found;
  const checked = await checkContent(work, of, input.content);
  return checked.ok ? publishing.editVersion(work, codecOf(of), input) : checked;
}

/** Makes a new draft from an earlier version. */
export async function returnItem<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  input: { readonly itemId: string; readonly version: number; readonly reason?: string | null },
): Promise<Result<Version<Content>>> {
  const found = await itemInHand(work, of, "return", input.itemId);
  return found.ok ? publishing.returnToVersion(work, codecOf(of), input) : found;
}

const steps = {
  submit: publishing.submitVersion,
  approve: publishing.approveVersion,
  reject: publishing.rejectVersion,
  publish: publishing.publishVersion,
  pause: publishing.pauseVersion,
  resume: publishing.resumeVersion,
  end: publishing.endVersion,
} satisfies Record<StepVerb, unknown>;

/** Moves a version by one step of the lifecycle. What it names must still be there when it is published. */
export async function moveItem<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  verb: StepVerb,
  input: SeenInput,
): Promise<Result<Version<Content>>> {
  const found = await itemInHand(work, of, verb, input.itemId);
  if (!found.ok) return found;
  const checked = await checkStep(work, of, verb, found.value, input);
  if (!checked.ok) return checked;
  const take = steps[verb] as (
    work: Work,
    codec: VersionCodec<Content>,
    step: SeenInput,
  ) => Promise<Result<Version<Content>>>;
  return take(work, codecOf(of), input);
}

/** Lets an approved version go live by itself. */
export async function scheduleItem<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  input: StepInput & { readonly publishAt: Date },
): Promise<Result<Version<Content>>> {
  const found = await itemInHand(work, of, "schedule", input.itemId);
  if (!found.ok) return found;
  const checked = await checkStep(work, of, "publish", found.value, input);
  return checked.ok ? publishing.scheduleVersion(work, codecOf(of), input) : checked;
}

async function checkStep<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  verb: ItemVerb,
  item: ItemRow,
  { version }: StepInput,
): Promise<Result<unknown>> {
  const isLive = item.version === version && (item.state === "PUBLISHED" || item.state === "PAUSED");
  if (verb === "end" && isLive && of.unneeded) {
    await work.services.catalogue.catchUp();
    return of.unneeded(work, item);
  }
  if (verb !== "submit" && verb !== "publish") return done(undefined);
  const all = await publishing.versionsOf(work.database.app, codecOf(of), item.itemId);
  // That a version is not there is told by the step itself.
  const found = all.find((each) => each.version === version);
  return found ? of.check(work, await work.services.catalogue.catchUp(), found.content) : done(undefined);
}

async function checkContent<Content extends NamedContent>(
  work: Work,
  of: ItemKind<Content>,
  content: Content,
): Promise<Result<unknown>> {
  const shaped = checkedContent(codecOf(of), content);
  const snapshot = await work.services.catalogue.catchUp();
  return shaped.ok ? of.check(work, snapshot, content) : shaped;
}
