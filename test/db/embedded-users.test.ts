import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { resetEmbeddedDatabase } from "../../src/db/embedded";
import {
  EmbeddedStage,
  needsOrdinaryUser,
  needsPackage,
  needsRoot,
  ordinaryUser,
  query,
  serverPid,
  testWhere,
} from "../support/embedded-stage";

/** Everything here runs in processes of their own, since it depends on who runs them and where their code lies. */
let stage: EmbeddedStage;
let closed: EmbeddedStage;

beforeAll(() => {
  delete process.env.ALLIANCE_PG_BIN;
  stage = new EmbeddedStage();
  closed = new EmbeddedStage({ closedToOthers: true });
});

afterAll(async () => {
  await stage.dispose();
  await closed.dispose();
});

describe("an ordinary user", () => {
  testWhere(needsOrdinaryUser())("runs the server as itself, in its project", async () => {
    const user = ordinaryUser();
    const project = stage.project("ordinary", user);
    const member = stage.member(project, { user });
    const { dataDirectory } = await member.tell("join");
    expect(await member.tell("ask")).toEqual({ answer: 42 });
    expect(dataDirectory).toBe(path.join(project, ".alliance", "data"));
    expect(fs.statSync(`${dataDirectory}/postmaster.pid`).uid).toBe(user.uid);
    expect(fs.statSync(path.join(project, ".alliance", "secrets.json"))).toMatchObject({ uid: user.uid });
    await member.tell("leave");
    expect(serverPid(project)).toBeUndefined();
  });

  testWhere(needsOrdinaryUser() ?? needsRoot())("shares its database with root, whoever comes first", async () => {
    const user = ordinaryUser();
    const project = stage.project("shared", user);
    const member = stage.member(project, { user });
    const mine = await member.tell("join");
    const roots = await stage.join(project);
    expect(roots).toMatchObject({ joined: true, port: mine.port });
    await member.tell("leave");
    await roots.leave();
    expect(serverPid(project)).toBeUndefined();

    const again = await stage.join(project);
    expect(again.joined).toBe(false);
    expect(fs.statSync(`${again.dataDirectory}/postmaster.pid`).uid).toBe(user.uid);
    expect((await member.tell("join")).joined).toBe(true);
    await again.leave();
    await member.tell("leave");
    expect(serverPid(project)).toBeUndefined();
  });

  testWhere(needsOrdinaryUser() ?? needsRoot())("is told in one line that the database is root's", async () => {
    const project = stage.project("roots");
    await (await stage.join(project)).leave();
    const refused = await stage.member(project, { user: ordinaryUser() }).tell("join");
    expect(refused).toMatchObject({ code: "INSTALLATION_UNUSABLE" });
    expect(refused.line).toMatch(/this user may not; it was probably made by another user/);
  });

  testWhere(needsOrdinaryUser() ?? needsPackage() ?? needsRoot())(
    "gets linked binaries where npm ran no scripts and the package is not the user's to change",
    async () => {
      const project = stage.project("no-scripts", ordinaryUser());
      unlinkLibraries(stage.packageRoot());
      const member = stage.member(project, { user: ordinaryUser() });
      const { binaries } = await member.tell("join");
      expect(binaries.source).toBe("package");
      expect(path.dirname(path.dirname(path.dirname(binaries.directory)))).toBe(path.join(project, ".alliance"));
      expect(await member.tell("ask")).toEqual({ answer: 42 });
      await member.tell("leave");
    },
  );
});

describe("whoever may change the package", () => {
  testWhere(needsPackage())("links its libraries in place where npm ran no scripts", async () => {
    const project = stage.project("relinked");
    unlinkLibraries(stage.packageRoot());
    const member = stage.member(project);
    const { binaries } = await member.tell("join");
    expect(binaries.directory).toBe(path.join(stage.packageRoot(), "native", "bin"));
    expect(await member.tell("ask")).toEqual({ answer: 42 });
    await member.tell("leave");
  });
});

describe("root", () => {
  testWhere(needsRoot())("runs the server as an unprivileged user, in its project", async () => {
    const project = stage.project("root");
    const database = await stage.join(project);
    expect(database.dataDirectory).toBe(path.join(project, ".alliance", "data"));
    expect(fs.statSync(`/proc/${serverPid(project)}`).uid).not.toBe(0);
    expect(fs.statSync(path.join(project, ".alliance", "secrets.json")).uid).toBe(0);
    await database.leave();
  });

  testWhere(needsRoot())("below a private home keeps the data elsewhere, and resets both places", async () => {
    const project = closed.project("private");
    const first = await closed.member(project).tell("join");
    const elsewhere = path.dirname(first.dataDirectory);
    expect(path.basename(elsewhere)).toMatch(/^merchant-alliance-[0-9a-f]{32}$/);
    expect(fs.readFileSync(path.join(project, ".alliance", "location"), "utf8")).toBe(`${elsewhere}\n`);
    expect(fs.statSync(elsewhere)).toMatchObject({ uid: 0, mode: 0o40711 });
    expect(fs.statSync(path.join(elsewhere, "secrets.json")).mode & 0o777).toBe(0o600);

    const second = closed.member(project);
    expect(await second.tell("join")).toMatchObject({ joined: true, dataDirectory: first.dataDirectory });
    expect(await second.tell("reset")).toMatchObject({ code: "IN_USE" });
    await closed.dispose();
    expect(fs.existsSync(elsewhere)).toBe(false);
    closed = new EmbeddedStage({ closedToOthers: true });
  });

  testWhere(needsRoot() ?? needsPackage())("copies binaries of a private home once", async () => {
    const project = closed.project("copied");
    const member = closed.member(project);
    const first = await member.tell("join");
    expect(first.binaries.source).toBe("package");
    expect(first.binaries.directory.startsWith(path.dirname(first.dataDirectory))).toBe(true);
    expect(first.log.filter((line) => line.includes("are copied to"))).toHaveLength(1);
    await member.tell("leave");

    const second = await member.tell("join");
    expect(second).toMatchObject({ joined: false, binaries: first.binaries });
    expect(second.log).toEqual([]);
    await member.tell("leave");
    expect(await member.tell("reset")).toEqual({
      removed: [path.join(project, ".alliance"), path.dirname(first.dataDirectory)],
    });
    expect(fs.existsSync(path.dirname(first.dataDirectory))).toBe(false);
    expect(fs.existsSync(path.join(project, ".alliance"))).toBe(false);
  });

  testWhere(needsRoot())("takes the data along when the project moves, but not when it is copied", async () => {
    const project = closed.project("original");
    const original = await closed.join(project);
    await query(original.ownerUrl, "create table kept as select 1 as x");
    await original.leave();

    const copy = closed.project("copy");
    fs.cpSync(project, copy, { recursive: true });
    await expect(closed.join(copy)).rejects.toMatchObject({
      code: "INSTALLATION_UNUSABLE",
      message: expect.stringContaining(`belongs to ${project}; run \`npm run reset\``) as string,
    });
    await resetEmbeddedDatabase({ projectDirectory: copy });

    const moved = closed.project("moved");
    fs.rmdirSync(moved);
    fs.renameSync(project, moved);
    fs.mkdirSync(project);
    const database = await closed.join(moved);
    expect(database.dataDirectory).toBe(original.dataDirectory);
    expect(await query(database.ownerUrl, "select x from kept")).toEqual([{ x: 1 }]);
    await database.leave();
  });

  testWhere(needsRoot())(
    "is told when the place elsewhere is gone, and a reset never removes what is not ours",
    async () => {
      const project = closed.project("pointed");
      const foreign = path.join(closed.directory, "foreign");
      fs.mkdirSync(foreign);
      fs.mkdirSync(path.join(project, ".alliance"));
      for (const target of [foreign, path.join(os.tmpdir(), `merchant-alliance-${"0".repeat(32)}`)]) {
        fs.writeFileSync(path.join(project, ".alliance", "location"), target);
        await expect(closed.join(project)).rejects.toMatchObject({
          code: "INSTALLATION_UNUSABLE",
          message: expect.stringContaining("no installation is there") as string,
        });
      }
      fs.writeFileSync(path.join(project, ".alliance", "location"), foreign);
      const { removed } = await resetEmbeddedDatabase({ projectDirectory: project });
      expect(removed).toEqual([path.join(project, ".alliance")]);
      expect(fs.existsSync(foreign)).toBe(true);
    },
  );
});

function unlinkLibraries(packageRoot: string): void {
  const list = fs.readFileSync(path.join(packageRoot, "native", "pg-symlinks.json"), "utf8");
  for (const { target } of JSON.parse(list) as { target: string }[])
    fs.rmSync(path.join(packageRoot, target), { force: true });
}
