import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Services } from "../context";
import { checkpointKey, digestOfStatement, isSigned, publicKeyOf, type SignedCheckpoint } from "./core/checkpoint";
import type { Offence } from "./core/invariants";
import { isSignedFile, linkOnce } from "./leaf-files";

export type CheckpointKeeper = Pick<Services, "masterKey" | "checkpointFolder" | "checkpointKeys">;

const nameOf = (number: number) => `${String(number).padStart(8, "0")}.json`;

/** A checkpoint that is what it says, with the folder where its leaves are. */
export interface HeldCheckpoint extends SignedCheckpoint {
  readonly folder: string;
}

export interface HeldCheckpoints {
  /** Oldest first; those that are what they say. */
  readonly checkpoints: readonly HeldCheckpoint[];
  /** Files that are not. */
  readonly offences: readonly Offence[];
}

export const signingKey = ({ masterKey, checkpointKeys }: CheckpointKeeper) =>
  checkpointKey(masterKey, checkpointKeys?.seed);

function trustedKeys(services: CheckpointKeeper): string[] {
  return [publicKeyOf(signingKey(services)), ...(services.checkpointKeys?.formerPublicKeys ?? [])];
}

/** Files the statement under its number; false where another process was first, whose checkpoint it then is. */
export async function fileStatement(folder: string, signed: SignedCheckpoint): Promise<boolean> {
  const draft = join(folder, `.draft.${randomBytes(9).toString("hex")}`);
  await writeFile(draft, `${JSON.stringify(signed, null, 2)}\n`, { mode: 0o640, flush: true });
  return linkOnce(draft, join(folder, nameOf(signed.statement.number)));
}

/** Where checkpoints are; made where it is not there yet. */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
}

export async function lastStatement(folder: string): Promise<SignedCheckpoint | undefined> {
  const last = (await numbersIn(folder)).at(-1);
  return last === undefined ? undefined : readStatement(folder, last);
}

/** The numbers of the checkpoints that are there, rising. */
export async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .flatMap((name) => /^(\d{8})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function readStatement(folder: string, number: number): Promise<SignedCheckpoint> {
  return JSON.parse(await readFile(join(folder, nameOf(number)), "utf8")) as SignedCheckpoint;
}

/** One checkpoint, whose signature holds. Throws where it does not: nothing may be proven by it. */
export async function heldCheckpoint(services: CheckpointKeeper, number: number): Promise<HeldCheckpoint> {
  const signed = await readStatement(services.checkpointFolder, number);
  if (isSigned(signed, trustedKeys(services))) return { ...signed, folder: services.checkpointFolder };
  throw new Error(`checkpoint ${number} is not signed by a key of this alliance`);
}

/**
 * Reads every checkpoint and proves it: its signature, that it follows the one before, and its leaves as whole files. These
 * may be gigabytes: who looks at some members alone asks for those of the last checkpoint, or of none, where each leaf is
 * proven by its own path.
 */
export async function heldCheckpoints(
  services: CheckpointKeeper,
  { leaves = "all" }: { readonly leaves?: "all" | "last" | "none" } = {},
): Promise<HeldCheckpoints> {
  const folder = services.checkpointFolder;
  const trusted = trustedKeys(services);
  const checkpoints: HeldCheckpoint[] = [];
  const offences: Offence[] = [];
  let [previous, next]: [string | null, number] = [null, 1];
  const numbers = await numbersIn(folder);
  for (const number of numbers) {
    const readsLeaves = leaves === "all" || (leaves === "last" && number === numbers.at(-1));
    const problem = (detail: string) => offences.push(offence(`checkpoint ${number} ${detail}`));
    try {
      const signed = await readStatement(folder, number);
      const { statement } = signed;
      if (!isSigned(signed, trusted)) problem("is not signed by a key of this alliance");
      else if (number !== next || statement.number !== number) problem(`stands where ${next} was expected`);
      else if (statement.previous !== previous) problem("does not follow the one before it");
      else if (readsLeaves && !(await areSigned(folder, signed))) problem("has other leaves than it was signed with");
      else checkpoints.push({ ...signed, folder });
      previous = digestOfStatement(statement);
    } catch (error) {
      problem(`cannot be read: ${(error as Error).message}`);
    }
    next = number + 1;
  }
  return { checkpoints, offences };
}

async function areSigned(folder: string, { statement }: SignedCheckpoint): Promise<boolean> {
  const { heads, receipts } = statement;
  return (await isSignedFile(folder, "heads", heads)) && (await isSignedFile(folder, "receipts", receipts));
}

function offence(detail: string): Offence {
  return { invariant: "CHECKPOINTS", memberId: null, sequence: null, detail };
}

/** What an auditor keeps apart and compares: the public key, and its SHA-256 to read out loud. */
export function keyToPublish(services: CheckpointKeeper): { publicKey: string; fingerprint: string } {
  const publicKey = publicKeyOf(signingKey(services));
  return { publicKey, fingerprint: createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex") };
}
