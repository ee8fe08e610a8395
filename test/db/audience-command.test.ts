import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAudienceArguments } from "../../src/cli/audiences";
import { audienceLife, marketer } from "../support/audience-life";
import { callers } from "../support/api";
import { membersStage, type MembersStage } from "../support/members-stage";

let stage: MembersStage;
let life: ReturnType<typeof audienceLife>;
let folder: string;
let partnerId: string;
let partnerCode: string;
let told: { out: string; err: string };

beforeAll(async () => {
  stage = await membersStage();
  life = audienceLife(stage);
  folder = await mkdtemp(join(tmpdir(), "audience-command-"));
  partnerId = await stage.partner();
  const { partners } = await stage.services.catalogue.catchUp();
  partnerCode = partners.get(partnerId)!.code;
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(() => {
  told = { out: "", err: "" };
  jest.spyOn(process.stdout, "write").mockImplementation(writer((text) => (told.out += text)));
  jest.spyOn(process.stderr, "write").mockImplementation(writer((text) => (told.err += text)));
});

afterEach(() => jest.restoreAllMocks());

/** As a stream's `write`, which says by its last argument that it is done. */
function writer(take: (text: string) => void): typeof process.stdout.write {
  return (text: string, ...rest: unknown[]) => {
    take(text);
    const done = rest.at(-1);
    if (typeof done === "function") (done as () => void)();
    return true;
  };
}

const run = (...args: string[]) => readAudienceArguments(args)(stage.services);

it.each([
  [["sell"], '"sell" is unknown, expected rebuild, export or upload'],
  [["export"], "--code is missing"],
  [["upload", "file"], "--partner and a file are needed"],
  [["upload", "--partner", "p", "a", "b"], '"b" is not expected here'],
])("%j is refused in one line", (args, problem) => {
  expect(() => readAudienceArguments(args)).toThrow(problem);
});

it("uploads a file, tells the bad lines, and exports who is in the audience that rests on it", async () => {
  const [first, second] = [await stage.member(partnerId), await stage.member(partnerId, { number: 'odd,"one"' })];
  const file = join(folder, "numbers");
  await writeFile(file, `${first.number}\nnobody\r\n\n${second.number}\n${first.number}\n`);
  expect(await run("upload", "--partner", partnerCode, file)).toBe(0);
  const listId = told.out.trim();
  expect(told.err).toContain("line 2: No member has this number.");
  expect(told.err).toContain("2 members are on the list; 2 lines name nobody.");

  const { code } = await life.published({ listId });
  told = { out: "", err: "" };
  expect(await run("export", "--code", code)).toBe(0);
  const lines = told.out.trim().split("\n");
  const ids = [first, second].map((member) => stage.memberGid(callers.service, member));
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id).sort()).toEqual(ids.sort());

  told = { out: "", err: "" };
  expect(await run("export", "--code", code, "--partner", partnerCode, "--csv")).toBe(0);
  expect(told.out).toContain("id,locale,number\n");
  expect(told.out).toContain('en,"odd,""one"""\n');
  expect((await life.preview(marketer, { audience: code })).count).toBe(2);
});

it("refuses a file, a partner and an audience that are not there", async () => {
  await expect(run("upload", "--partner", partnerCode, "/no/file")).rejects.toThrow("/no/file does not exist");
  await expect(run("upload", "--partner", "no-partner", __filename)).rejects.toThrow('"no-partner" was not found');
  await expect(run("export", "--code", "nothing")).rejects.toThrow('No audience "nothing" is published.');
});

it("rebuilds all chunks", async () => {
  await stage.member(partnerId);
  expect(await run("rebuild")).toBe(0);
  expect(told.out).toMatch(/^Rebuilt the chunks of \d+ members\.\n$/);
});
