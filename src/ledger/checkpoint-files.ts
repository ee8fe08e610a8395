import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Services } from "../context";
import {
  checkpointKey,
  digestOfStatement,
  isSigned,
  packHeads,
  publicKeyOf,
  signCheckpoint,
  unpackHeads,
  type Checkpoint,
  type SignedCheckpoint,
} from "./core/checkpoint";
import type { Offence } from "./core/invariants";
import { merkleRoot, packHead } from "./core/merkle";
import { allHeads } from "./books.queries";

type Keeper = Pick<Services, "database" | "masterKey" | "checkpointFolder" | "clock">;

const named = (number: number) => String(number).padStart(8, "0");

export interface HeldCheckpoints {
  /** Oldest first; those that are what they say. */
  readonly checkpoints: readonly Checkpoint[];
  /** Files that are not. */
  readonly offences: readonly Offence[];
}

/**
 * Writes down where every member's chain is, signed, outside of the database: `00000001.json` with the statement and its
 * signature, `00000001.heads` with the leaves. Files are never changed; of two processes that write the same number the
 * second leaves it to the first. Keep the folder where whoever may change the database may not.
 */
export async function writeCheckpoint(services: Keeper): Promise<SignedCheckpoint> {
  const { database, masterKey, checkpointFolder: folder, clock } = services;
  await mkdir(folder, { recursive: true });
  const before = await lastStatement(folder);
  const at = clock();
  const heads = await allHeads(database.app);
  const signed = signCheckpoint(checkpointKey(masterKey), { heads, at, before: before?.statement ?? null });
  const name = named(signed.statement.number);
  if (!(await writeOnce(folder, `${name}.heads`, packHeads(heads)))) return (await lastStatement(folder)) ?? signed;
  await writeOnce(folder, `${name}.json`, Buffer.from(`${JSON.stringify(signed, null, 2)}\n`));
  return signed;
}

/** Whole or not at all; false where it is there already. */
async function writeOnce(folder: string, name: string, content: Buffer): Promise<boolean> {
  const draft = join(folder, `.${name}.${randomBytes(6).toString("hex")}`);
  await writeFile(draft, content, { mode: 0o640 });
  try {
    await link(draft, join(folder, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .flatMap((name) => /^(\d{8})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function lastStatement(folder: string): Promise<SignedCheckpoint | undefined> {
  const last = (await numbersIn(folder)).at(-1);
  return last === undefined ? undefined : readStatement(folder, last);
}

async function readStatement(folder: string, number: number): Promise<SignedCheckpoint> {
  return JSON.parse(await readFile(join(folder, `${named(number)}.json`), "utf8")) as SignedCheckpoint;
}

/** Reads every checkpoint and proves it: its signature, its leaves, and that it follows the one before. */
export async function heldCheckpoints({
  masterKey,
  checkpointFolder: folder,
}: Pick<Services, "masterKey" | "checkpointFolder">): Promise<HeldCheckpoints> {
  const trusted = publicKeyOf(checkpointKey(masterKey));
  const checkpoints: Checkpoint[] = [];
  const offences: Offence[] = [];
  let [previous, next]: [string | null, number] = [null, 1];
  for (const number of await numbersIn(folder)) {
    const problem = (detail: string) =>
      offences.push({
        invariant: "CHECKPOINTS",
        memberId: null,
        sequence: null,
        detail: `checkpoint ${number} ${detail}`,
      });
    try {
      const signed = await readStatement(folder, number);
      const heads = unpackHeads(await readFile(join(folder, `${named(number)}.heads`)));
      if (!isSigned(signed, trusted)) problem("is not signed by this alliance's key");
      else if (number !== next || signed.statement.number !== number) problem(`stands where ${next} was expected`);
      else if (signed.statement.previous !== previous) problem("does not follow the one before it");
      else if (merkleRoot(heads.map(packHead)).toString("hex") !== signed.statement.root)
        problem("has other leaves than it was signed with");
      else checkpoints.push({ ...signed, heads });
      previous = digestOfStatement(signed.statement);
    } catch (error) {
      problem(`cannot be read: ${(error as Error).message}`);
    }
    next = number + 1;
  }
  return { checkpoints, offences };
}

/** What an auditor keeps apart and compares: the public key, and its SHA-256 to read out loud. */
export function keyToPublish({ masterKey }: Pick<Services, "masterKey">): { publicKey: string; fingerprint: string } {
  const publicKey = publicKeyOf(checkpointKey(masterKey));
  return { publicKey, fingerprint: createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex") };
}
