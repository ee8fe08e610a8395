import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { step, type Doer, type LifecycleStep } from "../kernel/lifecycle";
import { textRefusals } from "../kernel/plain-text";
import { revisionRefusal } from "../kernel/revision";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { doerOf } from "./core/doer";
import { isLive, leadingVersion, type Version } from "./core/version";
import { lockItem, typed, updateVersion } from "./publishing.queries";
import { concludeMove } from "./conclude-move";
import type { VersionCodec } from "./version-codec";

export interface StepInput {
  readonly itemId: string;
  readonly version: number;
  /** The revision the caller saw; where it is given and another is stored, the step is refused with VERSION_CONFLICT. */
  readonly revision?: number | null;
  /** Why, for the audit log. */
  readonly reason?: string | null;
}

export interface Step extends StepInput {
  readonly step: LifecycleStep;
  /** For `SCHEDULE`. */
  readonly publishAt?: Date;
  /** For `EDIT`: the new content as stored. */
  readonly content?: { readonly content: unknown; readonly contentHash: string };
}

/**
 * Takes one step with one version: locks the item, decides with the pure lifecycle, writes the version (and ends the one
 * it replaces), lets the room follow, emits the event and appends to the audit log, all in one transaction. A refusal is
 * answered before anything is written.
 */
export function moveVersion<Content>(
  work: Work,
  codec: VersionCodec<Content>,
  taken: Step,
  tx?: Tx,
): Promise<Result<Version<Content>>> {
  return asDoer(work, taken, tx, async (doer, within) => {
    const all = await lockItem(within, codec.kind, taken.itemId);
    const before = all.find((each) => each.version === taken.version);
    if (!before) return refuse("NOT_FOUND", `${codec.name} version ${taken.version} was not found.`);
    const after = decide(codec, before, taken, doer, work.now);
    if (!after.ok) return after;
    if (taken.step === "EDIT" && after.value.contentHash === before.contentHash) return done(typed(codec, before));
    const replaced = await endReplaced(within, codec, all, after.value, doer, work.now);
    await updateVersion(within, codec.kind, after.value);
    const now = [after.value, ...(replaced ? [replaced] : [])];
    await concludeMove(within, work, codec, taken, before, {
      step: taken.step,
      version: typed(codec, after.value),
      replaced: replaced && typed(codec, replaced),
      leading: typed(codec, leadingVersion(all.map((old) => now.find((each) => each.version === old.version) ?? old))),
      now: work.now,
    });
    return done(typed(codec, after.value));
  });
}

const longestReason = 1_000;

/** Runs in the given transaction, else in one of its own; refused for a caller who is nobody, or a reason that is no text. */
export async function asDoer<Value>(
  work: Work,
  { reason }: { readonly reason?: string | null },
  tx: Tx | undefined,
  act: (doer: Doer, tx: Tx) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const doer = doerOf(work.actor);
  if (!doer) return refuse("FORBIDDEN", "Only somebody who signed in may change versions.");
  const refusals = reason ? textRefusals("reason", reason, longestReason) : [];
  if (refusals.length > 0) return refuseAll(refusals);
  return tx ? act(doer, tx) : inTransaction(work.database.app, (own) => act(doer, own));
}

function decide<Content>(
  codec: VersionCodec<Content>,
  before: Version,
  taken: Step,
  doer: Doer,
  now: Date,
): Result<Version> {
  const what = `${codec.name} version ${before.version}`;
  const stale = revisionRefusal(what, taken.revision ?? before.revision, before.revision);
  if (stale) return stale;
  const lifecycle = step(before, taken.step, { doer, now, publishAt: taken.publishAt });
  if (!lifecycle.ok) return lifecycle;
  return done({ ...before, ...lifecycle.value, ...taken.content, updatedAt: now, revision: before.revision + 1 });
}

/** Ends the version that was live before this one goes live; its row first, since an item has one live version only. */
async function endReplaced<Content>(
  tx: Tx,
  codec: VersionCodec<Content>,
  all: readonly Version[],
  after: Version,
  doer: Doer,
  now: Date,
): Promise<Version | null> {
  const live = all.find((each) => isLive(each.state) && each.version !== after.version);
  if (!live || !isLive(after.state)) return null;
  const ended = step(live, "END", { doer, now });
  if (!ended.ok) throw new Error(`a live version cannot be ended: ${ended.refusals[0]?.message}`);
  const replaced = { ...live, ...ended.value, updatedAt: now, revision: live.revision + 1 };
  await updateVersion(tx, codec.kind, replaced);
  return replaced;
}
