import { liveStates, openStates, type Lifecycle, type VersionState } from "../../kernel/lifecycle";

/** One version of a published thing, whole. Immutable: a step answers a new one. Instants are UTC. */
export interface Version<Content = unknown> extends Lifecycle {
  /** The thing's id in its room: the offer's. */
  readonly itemId: string;
  /** 1, 2, 3 … within the item. */
  readonly version: number;
  readonly content: Content;
  /** SHA-256 of the content's canonical JSON, in hex; equal contents have equal hashes. */
  readonly contentHash: string;
  /** The earlier version this one was made from; null for a first one. */
  readonly basedOn: number | null;
  /** Set on a version that another system had published before it came here; nobody approved it in this alliance. */
  readonly importedBy: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts changes of this version; a caller names the one it saw. */
  readonly revision: number;
}

export function isOpen(state: VersionState): boolean {
  return (openStates as readonly VersionState[]).includes(state);
}

export function isLive(state: VersionState): boolean {
  return (liveStates as readonly VersionState[]).includes(state);
}

/**
 * The version that stands for the item in lists: the live one; else the last that was live; else the newest. `versions`
 * are all versions of one item, at least one.
 */
export function leadingVersion<V extends Pick<Version, "version" | "state" | "publishedAt">>(
  versions: readonly V[],
): V {
  const newestFirst = [...versions].sort((a, b) => b.version - a.version);
  const leading = newestFirst.find((each) => isLive(each.state)) ?? lastPublished(newestFirst) ?? newestFirst[0];
  if (!leading) throw new Error("an item without versions has no leading one");
  return leading;
}

function lastPublished<V extends Pick<Version, "publishedAt">>(newestFirst: readonly V[]): V | undefined {
  let last: V | undefined;
  for (const each of newestFirst) {
    if (each.publishedAt && (!last?.publishedAt || each.publishedAt > last.publishedAt)) last = each;
  }
  return last;
}
