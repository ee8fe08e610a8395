import type { Scope } from "../auth/core/policy";
import type { Db } from "../db/client";
import type { NodeType } from "../graphql/global-id";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";

/** One thing that names a tag. */
export interface TagUse {
  readonly type: NodeType;
  readonly id: string;
  /** For messages: `spring-coffee`. */
  readonly label: string;
}

/** Where uses are looked for. */
export interface TagUseSource {
  readonly db: Db;
  readonly snapshot: CatalogueSnapshot;
}

/** Finds what a room has that names the tag; of partners' things only those within `reach`. */
export type TagUseFinder = (source: TagUseSource, tagCode: string, reach: Scope) => Promise<readonly TagUse[]>;

const finders: TagUseFinder[] = [];

/** Called once by the resolver module of each room whose things name tags. */
export function registerTagUse(find: TagUseFinder): void {
  finders.push(find);
}

export async function usesOfTag(
  source: TagUseSource,
  tagCode: string,
  reach: Scope = { kind: "all" },
): Promise<TagUse[]> {
  const found = await Promise.all(finders.map((find) => find(source, tagCode, reach)));
  return found.flat();
}
