import type { Tx } from "../db/client";
import type { LifecycleStep } from "../kernel/lifecycle";
import type { Result } from "../kernel/result";
import type { Version } from "./core/version";
import type { VersionedKind } from "./publishing.tables";

/** What happened to a version, told to its room in the same transaction. */
export interface VersionMove<Content> {
  readonly step: LifecycleStep | "DRAFT" | "RETURN" | "IMPORT";
  /** The version after the step. */
  readonly version: Version<Content>;
  /** The version that ended because this one took its place; null where none did. */
  readonly replaced: Version<Content> | null;
  /** The version that now stands for the item in lists: the live one, else the last that was live, else the newest. */
  readonly leading: Version<Content>;
  readonly now: Date;
}

/** What a room brings to have versions of its things. Made once, as a constant: `offerVersions`. */
export interface VersionCodec<Content> {
  readonly kind: VersionedKind;
  /** As in GraphQL, with a capital: `Offer` makes `publishOffer` in the audit log and `offer.published` among events. */
  readonly name: string;
  /**
   * Reads stored or given JSON. Every rule about a content that holds in all states belongs here; its refusals are the
   * answer of drafting and editing. Must accept whatever `serialise` writes, and whatever older versions hold.
   */
  parse(json: unknown): Result<Content>;
  /** Plain JSON. Bigints become texts of digits and dates ISO 8601 by themselves. */
  serialise(content: Content): unknown;
  /** JSON that differences between versions are told by, where people read it better than what is stored. */
  comparable?(content: Content): unknown;
  /** Keeps the room's own row in step, in the transaction of the move; throws only for bugs. */
  onMove(tx: Tx, move: VersionMove<Content>): Promise<void>;
}
