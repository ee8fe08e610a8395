import type { Work } from "../context";
import type { Tx } from "../db/client";
import { newDraft, type Doer } from "../kernel/lifecycle";
import { done, refuse, type Result } from "../kernel/result";
import { concludeMove } from "./conclude-move";
import { isOpen, leadingVersion, type Version } from "./core/version";
import { asDoer } from "./move-version";
import { insertVersion, lockItem, typed } from "./publishing.queries";
import { checkedContent, storedContent, type StoredContent } from "./stored-content";
import type { VersionCodec, VersionMove } from "./version-codec";

export interface DraftInput<Content> {
  readonly itemId: string;
  readonly content: Content;
  readonly reason?: string | null;
}

/**
 * Starts a new version as a draft: the first of a new item, or the next of one that has no version on its way. Refuses
 * with the codec's own refusals, WRONG_STATE while another version of the item is open, VERSION_CONFLICT when somebody
 * drafted the same item's first version at the same moment.
 */
export function draftVersion<Content>(
  work: Work,
  codec: VersionCodec<Content>,
  input: DraftInput<Content>,
  tx?: Tx,
): Promise<Result<Version<Content>>> {
  return asDoer(work, input, tx, async (doer, within) => {
    const checked = checkedContent(codec, input.content);
    if (!checked.ok) return checked;
    const all = await lockItem(within, codec.kind, input.itemId);
    const basedOn = all.length > 0 ? leadingVersion(all).version : null;
    return addVersion(within, work, codec, all, { ...input, stored: checked.value, step: "DRAFT", doer, basedOn });
  });
}

/**
 * Makes a new draft from the content of an earlier version, to be approved like any other. Refuses with NOT_FOUND where
 * there is no such version, WRONG_STATE while another version of the item is open.
 */
export function returnToVersion<Content>(
  work: Work,
  codec: VersionCodec<Content>,
  input: { readonly itemId: string; readonly version: number; readonly reason?: string | null },
  tx?: Tx,
): Promise<Result<Version<Content>>> {
  return asDoer(work, input, tx, async (doer, within) => {
    const all = await lockItem(within, codec.kind, input.itemId);
    const earlier = all.find((each) => each.version === input.version);
    if (!earlier) return refuse("NOT_FOUND", `${codec.name} version ${input.version} was not found.`);
    const stored = storedContent(codec, typed(codec, earlier).content);
    return addVersion(within, work, codec, all, { ...input, stored, step: "RETURN", doer, basedOn: earlier.version });
  });
}

/**
 * Brings in, as published, what another system had published already; its approval happened there, so the version says
 * who imported it instead. For services only, and only as an item's first version.
 */
export function importVersion<Content>(
  work: Work,
  codec: VersionCodec<Content>,
  input: DraftInput<Content>,
  tx?: Tx,
): Promise<Result<Version<Content>>> {
  return asDoer(work, input, tx, async (doer, within) => {
    if (work.actor.kind !== "service") return refuse("FORBIDDEN", "Only a service may import published versions.");
    const checked = checkedContent(codec, input.content);
    if (!checked.ok) return checked;
    const all = await lockItem(within, codec.kind, input.itemId);
    if (all.length > 0) return refuse("ALREADY_EXISTS", `The ${codec.name} has versions already.`);
    return addVersion(within, work, codec, all, {
      ...input,
      stored: checked.value,
      step: "IMPORT",
      doer,
      basedOn: null,
    });
  });
}

interface Addition {
  readonly itemId: string;
  readonly reason?: string | null;
  readonly stored: StoredContent;
  readonly step: "DRAFT" | "RETURN" | "IMPORT";
  readonly doer: Doer;
  readonly basedOn: number | null;
}

async function addVersion<Content>(
  tx: Tx,
  work: Work,
  codec: VersionCodec<Content>,
  all: readonly Version[],
  addition: Addition,
): Promise<Result<Version<Content>>> {
  const open = all.find((each) => isOpen(each.state));
  if (open) {
    return refuse(
      "WRONG_STATE",
      `Version ${open.version} of this ${codec.name} is in state ${open.state}; edit, publish or end that one first.`,
    );
  }
  const stored = newVersion(work, all, addition);
  if (!(await insertVersion(tx, codec.kind, stored))) {
    return refuse("VERSION_CONFLICT", `Somebody else drafted this ${codec.name} at the same moment; read it again.`);
  }
  const move: VersionMove<Content> = {
    step: addition.step,
    version: typed(codec, stored),
    replaced: null,
    leading: typed(codec, leadingVersion([...all, stored])),
    now: work.now,
  };
  await concludeMove(tx, work, codec, addition, null, move);
  return done(move.version);
}

function newVersion(work: Work, all: readonly Version[], { itemId, stored, step, doer, basedOn }: Addition): Version {
  const imported = step === "IMPORT";
  return {
    ...newDraft(doer),
    ...(imported ? { state: "PUBLISHED", publishedAt: work.now } : {}),
    ...stored,
    itemId,
    version: Math.max(0, ...all.map((each) => each.version)) + 1,
    basedOn,
    importedBy: imported ? doer.id : null,
    createdBy: doer.id,
    createdAt: work.now,
    updatedAt: work.now,
    revision: 1,
  };
}
