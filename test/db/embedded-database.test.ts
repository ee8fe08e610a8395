import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { EmbeddedDatabaseError, describeEmbeddedFailure, resetEmbeddedDatabase } from "../../src/db/embedded";
import { EmbeddedStage, query, serverPid } from "../support/embedded-stage";

let stage: EmbeddedStage;

beforeAll(() => {
  delete process.env.ALLIANCE_PG_BIN;
  stage = new EmbeddedStage();
});

afterAll(() => stage.dispose());

describe("an embedded database", () => {
  let project: string;

  beforeAll(() => {
    project = stage.project("one");
  });

  test("listens on loopback only, without unix sockets, and asks everybody for a SCRAM password", async () => {
    const database = await stage.join(project);
    const settings = await query(
      database.ownerUrl,
      `select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
              current_setting('synchronous_commit') as commit, pg_encoding_to_char(encoding) as encoding,
              (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as methods,
              (select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = current_user) as scram
         from pg_database where datname = current_database()`,
    );
    expect(settings).toEqual([
      {
        addresses: "127.0.0.1",
        sockets: "",
        commit: "on",
        encoding: "UTF8",
        methods: "scram-sha-256",
        scram: true,
      },
    ]);
    const wrong = database.ownerUrl.replace(database.secrets.ownerPassword, "wrong");
    await expect(query(wrong, "select 1")).rejects.toMatchObject({ code: "28P01" });
    await database.leave();
  });

  test("keeps different secrets where only their owner can read them", async () => {
    const database = await stage.join(project);
    const file = path.join(project, ".alliance", "secrets.json");
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual(database.secrets);
    expect(new Set(Object.values(database.secrets)).size).toBe(5);
    for (const secret of Object.values(database.secrets)) {
      expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    }
    await database.leave();
  });

  test("closes a secrets file that was opened to others", async () => {
    const file = path.join(project, ".alliance", "secrets.json");
    fs.chmodSync(file, 0o644);
    const database = await stage.join(project);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    await database.leave();
  });

  test("keeps data, port and secrets over a restart", async () => {
    const first = await stage.join(project);
    await query(first.ownerUrl, "create table kept as select 1 as x");
    await first.leave();
    expect(serverPid(project)).toBeUndefined();

    const second = await stage.join(project);
    expect(second).toMatchObject({ port: first.port, secrets: first.secrets, joined: false });
    expect(await query(second.ownerUrl, "select x from kept")).toEqual([{ x: 1 }]);
    await second.leave();
  });

  test("moves to another port when another program has taken the remembered one, and stays there", async () => {
    const before = await stage.join(project);
    await before.leave();
    const squatter = net.createServer().listen(before.port, "127.0.0.1");
    const lines: string[] = [];
    const moved = await stage.join(project, (line) => lines.push(line));
    expect(moved.port).not.toBe(before.port);
    expect(lines).toEqual([expect.stringContaining(`Port ${before.port} is taken`)]);
    squatter.close();
    await moved.leave();

    const after = await stage.join(project);
    expect(after.port).toBe(moved.port);
    await after.leave();
  });

  test("is stopped once by a process that leaves twice", async () => {
    const first = await stage.join(project);
    const second = await stage.join(project);
    await Promise.all([first.leave(), first.leave()]);
    await first.leave();
    expect(await query(second.ownerUrl, "select 1 as x")).toEqual([{ x: 1 }]);
    await second.leave();
    expect(serverPid(project)).toBeUndefined();
  });
});

describe("several processes", () => {
  let project: string;

  beforeAll(() => {
    project = stage.project("several");
  });

  test("that begin at the same moment from nothing make one database", async () => {
    const members = [1, 2, 3].map(() => stage.member(project));
    const answers = await Promise.all(members.map((member) => member.tell("join")));
    expect(answers.map(({ joined }) => joined).sort()).toEqual([false, true, true]);
    expect(new Set(answers.map(({ ownerUrl }) => ownerUrl)).size).toBe(1);
    expect(await Promise.all(members.map((member) => member.tell("ask")))).toEqual(Array(3).fill({ answer: 42 }));

    await Promise.all(members.map((member) => member.tell("leave")));
    expect(serverPid(project)).toBeUndefined();
  });

  test("share one server, and the last to leave stops it", async () => {
    const [first, second] = [stage.member(project), stage.member(project)];
    const one = await first.tell("join");
    const two = await second.tell("join");
    expect([one.joined, two.joined]).toEqual([false, true]);
    expect(two.ownerUrl).toBe(one.ownerUrl);
    expect(two.binaries).toEqual(one.binaries);

    await first.tell("leave");
    expect(await second.tell("ask")).toEqual({ answer: 42 });
    await second.tell("leave");
    expect(serverPid(project)).toBeUndefined();
    await expect(query(one.ownerUrl, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("that come and go all the time always find a server that answers", async () => {
    const members = [1, 2, 3].map(() => stage.member(project));
    await Promise.all(
      members.map(async (member) => {
        for (let round = 0; round < 3; round += 1) {
          await member.tell("join");
          expect(await member.tell("ask")).toEqual({ answer: 42 });
          await member.tell("leave");
        }
      }),
    );
    expect(serverPid(project)).toBeUndefined();
  });

  test("keep their server when Ctrl-C reaches one of them, until that one stops it itself", async () => {
    const member = stage.member(project);
    await member.tell("join");
    await member.interrupt();
    const pid = serverPid(project) as number;
    // The server leads a process group of its own, which is what a terminal's Ctrl-C does not reach.
    expect(process.kill(-pid, 0)).toBe(true);
    expect(await member.tell("ask")).toEqual({ answer: 42 });
    await member.tell("leave");
    expect(serverPid(project)).toBeUndefined();
  });
});

describe("a reset", () => {
  test("of a project that has no database removes nothing", async () => {
    const project = stage.project("empty");
    expect(await resetEmbeddedDatabase({ projectDirectory: project })).toEqual({ removed: [] });
  });

  test("is refused in one line while a process uses the server, and removes everything afterwards", async () => {
    const project = stage.project("reset");
    const member = stage.member(project);
    const { secrets } = await stage.join(project).then(async (database) => {
      await member.tell("join");
      await database.leave();
      return database;
    });
    const refusal = await resetEmbeddedDatabase({ projectDirectory: project }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "IN_USE" });
    expect(describeEmbeddedFailure(refusal)).toBe(
      `The database is in use by process ${member.pid}; stop it first, then run \`npm run reset\` again.`,
    );
    expect(await member.tell("ask")).toEqual({ answer: 42 });

    await member.tell("leave");
    const home = path.join(project, ".alliance");
    expect(await resetEmbeddedDatabase({ projectDirectory: project })).toEqual({ removed: [home] });
    expect(fs.existsSync(home)).toBe(false);

    const fresh = await stage.join(project);
    expect(fresh.secrets.ownerPassword).not.toBe(secrets.ownerPassword);
    await fresh.leave();
  });
});

describe("a failure", () => {
  test("is described by one line, also as the cause of another", () => {
    const failure = new EmbeddedDatabaseError("SERVER_FAILED", "It did not start:\n  no memory");
    expect(describeEmbeddedFailure(new Error("outer", { cause: failure }))).toBe("It did not start: no memory");
  });

  test.each([new Error("a bug"), "text", undefined, null])("that is not known (%p) is not described", (error) => {
    expect(describeEmbeddedFailure(error)).toBeUndefined();
  });
});
