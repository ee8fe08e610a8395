import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { schemaText } from "../../src/cli/schema";
import { breakingChanges, committedSchemas, historyOf, isMarked } from "../../src/cli/schema-changes";

const before = "type Query { member(id: ID!): Member  old: ID }\ntype Member { name: String! }\n";

describe("breaking changes", () => {
  it.each([
    [
      "a removed field",
      "type Query { member(id: ID!): Member }\ntype Member { name: String! }",
      "Field 'old' was removed",
    ],
    [
      "a changed type",
      "type Query { member(id: ID!): Member old: Int }\ntype Member { name: String! }",
      "changed type",
    ],
    [
      "a new required argument",
      "type Query { member(id: ID!, at: Int!): Member old: ID }\ntype Member { name: String! }",
      "at",
    ],
    [
      "a field that may be null now",
      "type Query { member(id: ID!): Member old: ID }\ntype Member { name: String }",
      "name",
    ],
  ])("include %s", async (_what, after, text) => {
    const changes = await breakingChanges(before, after);
    expect(changes).toEqual([expect.stringContaining(text)]);
  });

  it("do not include new fields, types and optional arguments", async () => {
    const after = `type Query { member(id: ID!, at: Int): Member  old: ID  new: New }
      type Member { name: String!  age: Int }
      type New { id: ID }`;
    expect(await breakingChanges(before, after)).toEqual([]);
  });

  it("are excused one by one, by a line of their own", () => {
    const marks = "# Breaking changes\n\nBREAKING: Field 'old' was removed from object type 'Query'\n";
    expect(isMarked("Field 'old' was removed from object type 'Query'", marks)).toBe(true);
    expect(isMarked("Field 'old' was removed", marks)).toBe(false);
    expect(isMarked("Field 'older' was removed from object type 'Query'", marks)).toBe(false);
    expect(isMarked("Breaking changes", marks)).toBe(false);
  });
});

describe("the version to compare with", () => {
  let repository: string;
  const file = "schema/schema.graphql";
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: repository,
      stdio: "pipe",
    });
  const commit = (text: string) => {
    fs.mkdirSync(path.join(repository, "schema"), { recursive: true });
    fs.writeFileSync(path.join(repository, file), text);
    git("add", file);
    git("commit", "-q", "-m", "schema: change");
  };

  beforeEach(() => {
    repository = fs.mkdtempSync(path.join(os.tmpdir(), "schema-check-"));
  });
  afterEach(() => fs.rmSync(repository, { recursive: true }));

  const texts = (current: string) => committedSchemas(repository, file, current).map(({ text }) => text);

  it("is none without git, and none before the first commit", () => {
    expect(texts(before)).toEqual([]);
    expect(historyOf(repository)).toBe("none");
    git("init", "-q");
    expect(texts(before)).toEqual([]);
    expect(historyOf(repository)).toBe("partial");
    commit(before);
    expect(texts(before)).toEqual([]);
    expect(historyOf(repository)).toBe("whole");
  });

  it("is the last commit's while the change is not committed, and the one before it afterwards", () => {
    git("init", "-q");
    commit(before);
    const after = before.replace("old: ID", "");
    expect(texts(after)).toEqual([before]);
    commit(after);
    git("commit", "-q", "--allow-empty", "-m", "something else");
    expect(texts(after)).toEqual([before]);
  });

  it("is none that is no schema", () => {
    git("init", "-q");
    commit(before);
    commit(`${before}type Query {{{`);
    const after = before.replace("old: ID", "");
    commit(after);
    expect(texts(after)).toEqual([before]);
  });

  it("is also that of the main branch, though later commits of this one hide what the first broke", () => {
    git("init", "-q", "-b", "main");
    commit(before);
    git("checkout", "-q", "-b", "change");
    const broken = before.replace("old: ID", "");
    commit(broken);
    const after = `${broken}type New { id: ID }\n`;
    commit(after);
    expect(texts(after)).toEqual([before, broken]);
  });

  it("is missed, not absent, in a shallow clone", () => {
    git("init", "-q");
    commit(before);
    commit(before.replace("old: ID", ""));
    const clone = path.join(repository, "clone");
    git("clone", "-q", "--depth", "1", `file://${repository}`, clone);
    expect(committedSchemas(clone, file, before.replace("old: ID", ""))).toEqual([]);
    expect(historyOf(clone)).toBe("partial");
  });
});

it("writes the same text each time, and says that it is not to be edited", () => {
  const text = schemaText();
  expect(schemaText()).toBe(text);
  expect(text).toMatch(/^# Made of the code by `npm run schema`; not to be edited/);
});
