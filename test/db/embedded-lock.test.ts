import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { withInstallationLock } from "../../src/db/embedded/installation-lock";
import { liveLeases, takeLease } from "../../src/db/embedded/leases";
import { identifyProcess, isRunning, type ProcessIdentity } from "../../src/db/embedded/process-identity";

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "alliance-lock-"));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

describe("the identity of a process", () => {
  test("recognises itself", () => {
    expect(isRunning(identifyProcess(process.pid))).toBe(true);
  });

  test.each(deadIdentities())("does not take %s for running", (_, identity) => {
    expect(isRunning(identity)).toBe(false);
  });
});

describe("the lock of an installation", () => {
  test("lets one in at a time, everybody in the end", async () => {
    const visits = await contend(12);
    expect(visits).toEqual({ most: 1, all: 12 });
  });

  test.each(deadIdentities())("held by %s is broken, and still lets one in at a time", async (_, holder) => {
    leaveLockOf(holder);
    expect(await contend(6)).toEqual({ most: 1, all: 6 });
  });

  test("torn by a crash of the machine is broken", async () => {
    leaveLockOf(identifyProcess(process.pid), "");
    expect(await contend(2)).toEqual({ most: 1, all: 2 });
  });

  test("is not broken while its holder lives, and the one who waits is told who it is", async () => {
    leaveLockOf(identifyProcess(process.pid));
    await expect(withInstallationLock(directory, () => Promise.resolve(), 1)).rejects.toMatchObject({
      code: "INSTALLATION_BUSY",
      message: expect.stringContaining(`Process ${process.pid} `) as string,
    });
  });

  test("is free again after its holder failed", async () => {
    await expect(withInstallationLock(directory, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withInstallationLock(directory, () => Promise.resolve("in"), 1)).toBe("in");
  });

  test("leaves nothing behind, also not of processes killed while they prepared it", async () => {
    const dead = (deadIdentities()[0] as [string, ProcessIdentity])[1];
    const name = randomUUID();
    fs.mkdirSync(path.join(directory, `lock-${name}`));
    fs.writeFileSync(path.join(directory, `lock-${name}`, name), JSON.stringify(dead));
    await contend(2);
    expect(fs.readdirSync(directory)).toEqual([]);
  });
});

describe("leases", () => {
  test("are counted one by one, also several of one process", () => {
    const leases = [takeLease(directory), takeLease(directory)];
    expect(liveLeases(directory)).toHaveLength(2);
    leases[0]?.release();
    expect(liveLeases(directory)).toEqual([identifyProcess(process.pid)]);
    leases[1]?.release();
    expect(liveLeases(directory)).toEqual([]);
  });

  test.each(deadIdentities())("of %s do not count and are removed", (_, holder) => {
    const file = path.join(directory, "leases", "x.json");
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, JSON.stringify(holder));
    expect(liveLeases(directory)).toEqual([]);
    expect(fs.existsSync(file)).toBe(false);
  });
});

/** Several who want in at once: the most that were inside together, and how many got in. */
async function contend(contenders: number): Promise<{ most: number; all: number }> {
  let [inside, most, all] = [0, 0, 0];
  const visit = async () => {
    most = Math.max(most, (inside += 1));
    for (let turns = 0; turns < 3; turns += 1) await turn();
    inside -= 1;
    all += 1;
  };
  await Promise.all(Array.from({ length: contenders }, () => withInstallationLock(directory, visit)));
  return { most, all };
}

function leaveLockOf(holder: ProcessIdentity, content = JSON.stringify(holder)): void {
  fs.mkdirSync(path.join(directory, "lock"));
  fs.writeFileSync(path.join(directory, "lock", randomUUID()), content);
}

function deadIdentities(): [string, ProcessIdentity][] {
  const ended = Number(spawnSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).stdout);
  return [
    ["a process that ended", { pid: ended, startedAt: "then" }],
    ["an earlier process of a living one's number", { pid: process.pid, startedAt: "earlier" }],
    ["no process number at all", { pid: Number.NaN, startedAt: "" }],
  ];
}
