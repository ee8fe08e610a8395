import { recordChange, type ChangeEvent } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { diffContents } from "./core/diff";
import type { Version } from "./core/version";
import { storedContent } from "./stored-content";
import type { VersionCodec, VersionMove } from "./version-codec";

/** What follows every move, in lock order: the room's own row, the outbox, the audit log. */
export async function concludeMove<Content>(
  tx: Tx,
  work: Work,
  codec: VersionCodec<Content>,
  input: { readonly reason?: string | null },
  before: Version | null,
  move: VersionMove<Content>,
): Promise<void> {
  await codec.onMove(tx, move);
  const { version, replaced } = move;
  const names = movedNames[move.step];
  const subject = codec.name[0]?.toLowerCase() + codec.name.slice(1);
  const { itemId } = version;
  const told = (type: string, facts: object): ChangeEvent => ({
    type: `${subject}.${type}`,
    payload: { itemId, ...facts },
  });
  await recordChange(tx, work, {
    stream: "catalogue",
    action: names.verb + codec.name,
    resource: `${codec.name}:${version.itemId}`,
    before: before && auditFacts(before),
    after: {
      ...auditFacts(version),
      ...(replaced ? { replacedVersion: replaced.version } : {}),
      ...(move.step === "SCHEDULE" ? { publishAt: version.publishAt } : {}),
      ...(before && before.contentHash !== version.contentHash
        ? { changes: changesSince(codec, before, version) }
        : {}),
    },
    reason: input.reason,
    event: [
      ...(replaced ? [told("ended", { version: replaced.version, replacedBy: version.version })] : []),
      told(names.event, { version: version.version, state: version.state }),
    ],
  });
}

function auditFacts({ version, state, revision, contentHash }: Version) {
  return { version, state, revision, contentHash };
}

function changesSince<Content>(codec: VersionCodec<Content>, before: Version, after: Version<Content>) {
  return diffContents(before.content, storedContent(codec, after.content).content);
}

/** How each move is called in the audit log (`publishOffer`) and among events (`offer.published`). */
const movedNames: Readonly<Record<VersionMove<unknown>["step"], { readonly verb: string; readonly event: string }>> = {
  DRAFT: { verb: "draft", event: "drafted" },
  RETURN: { verb: "return", event: "drafted" },
  IMPORT: { verb: "import", event: "published" },
  EDIT: { verb: "edit", event: "edited" },
  SUBMIT: { verb: "submit", event: "submitted" },
  APPROVE: { verb: "approve", event: "approved" },
  REJECT: { verb: "reject", event: "rejected" },
  SCHEDULE: { verb: "schedule", event: "scheduled" },
  PUBLISH: { verb: "publish", event: "published" },
  PUBLISH_DUE: { verb: "publish", event: "published" },
  PAUSE: { verb: "pause", event: "paused" },
  RESUME: { verb: "resume", event: "resumed" },
  END: { verb: "end", event: "ended" },
};
