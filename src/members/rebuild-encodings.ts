import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Services, Work } from "../context";
import { uuidArray } from "../db/arrays";
import type { Db, Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers, type BirthDays } from "../facts/encode-members";
import { hasEncoding, lapsedEncodings } from "../facts/facts.queries";
import { lockMembers } from "./member-in-hand";
import { memberProfiles, members } from "./members.tables";
import { profileSealOf } from "./profile-seal";
import { writeFacts } from "./write-facts";

export interface Rebuild {
  /** Only this member; all of them where absent. */
  readonly memberId?: string;
  /** Only members that have none: of a database that is older than encodings, or whose old ones a migration took away. */
  readonly onlyMissing?: boolean;
  /** How many members one transaction holds. */
  readonly atOnce?: number;
  /** Told after each batch, with the totals so far. */
  readonly onProgress?: (rebuilt: Rebuilt) => void;
}

export interface Rebuilt {
  readonly members: number;
  /** Encodings that became others; the rest were true already. */
  readonly changed: number;
}

/**
 * Makes encodings anew from what the rooms have stored and from the sealed profiles, in batches by rising id, each a
 * transaction of its own through the vault's door. Bears being killed and repeated: what is true already is not written
 * again. Members that are enrolled meanwhile are encoded by their own writers.
 */
export async function rebuildEncodings(work: Pick<Work, "services" | "now">, rebuild: Rebuild = {}): Promise<Rebuilt> {
  const { database } = work.services;
  const atOnce = rebuild.atOnce ?? 500;
  let done: Rebuilt = { members: 0, changed: 0 };
  for (let after: string | null = null; ;) {
    const ids = await nextMembers(database.app, rebuild, after, atOnce);
    if (ids.length === 0) return done;
    const changed = await rebuildBatch(work, ids);
    done = { members: done.members + ids.length, changed: done.changed + changed };
    rebuild.onProgress?.(done);
    after = ids.at(-1) ?? null;
  }
}

/** A job's work: what ends by itself, such as a tier, is taken out of encodings when it has ended. */
export async function renewLapsedEncodings(work: Pick<Work, "services" | "now">, atOnce = 500): Promise<number> {
  const { app } = work.services.database;
  for (let renewed = 0; ;) {
    const ids = await lapsedEncodings(app, work.now, atOnce);
    if (ids.length === 0) return renewed;
    await writeFacts(
      work,
      ids.map((memberId) => ({ memberId })),
      () => Promise.resolve(),
    );
    renewed += ids.length;
  }
}

async function nextMembers(db: Db, rebuild: Rebuild, after: string | null, limit: number): Promise<string[]> {
  const rows = await db
    .select({ memberId: members.memberId })
    .from(members)
    .where(
      and(
        rebuild.memberId ? eq(members.memberId, sql`${rebuild.memberId}::uuid`) : undefined,
        rebuild.onlyMissing ? sql`not ${hasEncoding(members.memberId)}` : undefined,
        after ? gt(members.memberId, sql`${after}::uuid`) : undefined,
      ),
    )
    .orderBy(asc(members.memberId))
    .limit(limit);
  return rows.map((row) => row.memberId);
}

function rebuildBatch(work: Pick<Work, "services" | "now">, ids: readonly string[]): Promise<number> {
  return inTransaction(work.services.database.vault, async (tx) => {
    await lockMembers(tx, ids);
    return encodeMembers(tx, work, ids, await birthDays(tx, work.services, ids));
  });
}

/** Of every one of the members, null where there is no profile or the person was erased. */
async function birthDays(
  tx: Tx,
  { masterKey }: Pick<Services, "masterKey">,
  ids: readonly string[],
): Promise<BirthDays> {
  const seal = profileSealOf(masterKey);
  const sealed = await tx
    .select()
    .from(memberProfiles)
    .where(sql`${memberProfiles.memberId} = any(${uuidArray(ids)})`);
  const known = sealed.map((row) => [row.memberId, seal.open(row.memberId, row)?.birthDate ?? null] as const);
  return new Map([...ids.map((id) => [id, null] as const), ...known]);
}
