import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkImportFiles, parseImportArguments, runImport, type ImportRequest } from "../../src/import/commands";
import { testApi, type TestApi } from "../support/api";
import { testDatabase } from "../support/database";

const problemOf = (...args: string[]) => {
  const parsed = parseImportArguments(args);
  return "problem" in parsed ? parsed.problem : undefined;
};

const requestOf = (...args: string[]): ImportRequest => {
  const parsed = parseImportArguments(args);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.request;
};

describe("the arguments of import", () => {
  it.each([
    [[], "nothing is named, expected rewards-app or purchases"],
    [["coupons"], '"coupons" is unknown, expected rewards-app or purchases'],
    [["rewards-app", "--profile", "a", "--transcript", "b"], "--portfolio is missing, expected a file"],
    [["rewards-app", "--portfolio", "a", "--transcript", "b"], "--profile is missing, expected a file"],
    [["rewards-app", "--portfolio", "a", "--profile", "b"], "--transcript is missing, expected a file"],
    [["purchases"], "--file is missing, expected a file"],
    [
      ["purchases", "--file", "a", "--currency", "dollars"],
      expect.stringMatching(/^--currency is "dollars", expected/),
    ],
    [["purchases", "--file", "a", "--time-zone", "Mars"], expect.stringMatching(/^--time-zone is "Mars", expected/)],
    [["purchases", "--file", "a", "--jsonn"], "Unknown option '--jsonn'"],
    [["purchases", "a"], expect.stringMatching(/^Unexpected argument 'a'/)],
    [["purchases", "--file"], expect.stringMatching(/^Option '--file <value>' argument missing/)],
  ])("refuse %j in one line", (args, problem) => {
    expect(problemOf(...args)).toEqual(problem);
    expect(problemOf(...args)).not.toContain("\n");
  });

  it("name a missing file before anybody waits for a database", async () => {
    const request = requestOf(
      "rewards-app",
      "--portfolio",
      __filename,
      "--profile",
      __filename,
      "--transcript",
      "/no/t",
    );
    await expect(checkImportFiles(request)).rejects.toThrow("The file /no/t does not exist.");
  });
});

describe("the command import", () => {
  let folder: string;
  let services: TestApi["services"];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-command-"));
    ({ services } = testApi((await testDatabase()).database));
    await writeFile(join(folder, "purchases"), "1 20210101 2 10.00\n2 20210102 1 1234.50\nnonsense\n");
    await writeFile(join(folder, "none"), "");
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = async (...args: string[]) => {
    const said = { stdout: "", stderr: "" };
    const code = await runImport(services, requestOf(...args), {
      stdout: { write: (text: string) => (said.stdout += text) },
      stderr: { write: (text: string) => (said.stderr += text) },
    });
    return { code, ...said };
  };

  it("prints exactly one JSON object and nothing else", async () => {
    const { code, stdout, stderr } = await run("purchases", "--file", join(folder, "purchases"), "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.endsWith("}\n")).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({ purchases: 2, purchaseTotalMinor: "124450", rejected: [{ line: 3 }] });
  });

  it("prints a report for people otherwise", async () => {
    const { code, stdout } = await run("purchases", "--file", join(folder, "purchases"));
    expect(code).toBe(0);
    expect(stdout).toContain("1,244.50 USD");
    expect(stdout).toContain("1 line was rejected:\n  purchases line 3: ");
  });

  it("ends with 1 where every line was rejected, after the report", async () => {
    const file = join(folder, "nonsense");
    await writeFile(file, "nonsense\n{}\n");
    const { code, stdout, stderr } = await run("purchases", "--file", file, "--json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "Nothing was imported: every line was rejected.\n" });
    expect(JSON.parse(stdout)).toMatchObject({ purchases: 0, rejected: [{ line: 1 }, { line: 2 }] });
    const all = ["--portfolio", file, "--profile", file, "--transcript", file];
    expect((await run("rewards-app", ...all)).code).toBe(1);
    const none = join(folder, "none");
    expect((await run("rewards-app", "--portfolio", none, "--profile", none, "--transcript", none)).code).toBe(0);
  });

  it("says so where no line was rejected", async () => {
    const none = join(folder, "none");
    const { stdout } = await run("rewards-app", "--portfolio", none, "--profile", none, "--transcript", none);
    expect(stdout).toContain("No line was rejected.");
    expect(stdout).toContain("0 completed, 0 missing, 0 extra");
  });

  it("ends with 1 and one line where a file or the merchant is not there", async () => {
    expect(await run("purchases", "--file", join(folder, "gone"), "--json")).toEqual({
      code: 1,
      stdout: "",
      stderr: `The file ${join(folder, "gone")} does not exist.\n`,
    });
    const { code, stderr } = await run("purchases", "--file", join(folder, "purchases"), "--merchant", "nobody");
    expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 1, lines: 2 });
  });
});
