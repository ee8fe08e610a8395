import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "../../src/rules/core/canonical";
import { ruleCaps } from "../../src/rules/core/caps";
import type { FactValue } from "../../src/facts/core/fact";
import { evaluate } from "../../src/rules/core/evaluate";
import { namesOf } from "../../src/rules/core/names";
import { parse, readRuleText } from "../../src/rules/core/parse";
import { sampleAudiences, sampleFacts } from "../support/random-rules";

const page = readFileSync(join(__dirname, "../../docs/rules-language.md"), "utf8");
const names = namesOf(sampleFacts, sampleAudiences);

const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)\\n\`\`\`$`, "gm"))].map((found) => found[1] ?? "");
/** The cells of the table whose head begins with these, each with its quotes of code. */
function tableOf(...heads: string[]): string[][] {
  const lines = page.split("\n");
  const cellsOf = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const top = lines.findIndex((line) => line.startsWith("|") && heads.every((head, at) => cellsOf(line)[at] === head));
  const end = lines.findIndex((line, at) => at > top && !line.startsWith("|"));
  return lines.slice(top + 2, end).map(cellsOf);
}
const code = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? "");

describe("the page on the language of rules", () => {
  it.each(blocks("rule").flatMap((block) => block.split("\n")))("has the rule %s", (text) => {
    expect(readRuleText(text, names)).toMatchObject({ ok: true });
  });

  it.each(blocks("rule-error"))("has the error of %s", (block) => {
    const [text = "", ...message] = block.split("\n");
    const read = readRuleText(text, names);
    expect(read.ok ? [] : read.refusals.map((refusal) => refusal.message)).toEqual([message.join("\n")]);
  });

  it.each(tableOf("tree").map(([tree = "", text = ""]) => [code(tree)[0] ?? "", code(text)] as const))(
    "writes %s as it reads",
    (operator, texts) => {
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) {
        const read = parse(text);
        expect(read.ok && Object.keys(read.value)).toEqual([operator]);
      }
    },
  );

  it.each<[string, string, (FactValue | undefined)[], number]>([
    ["spends 5,000", "monthly_spend", [5000, 100, undefined], 5],
    ["car_owner is true", "car_owner", [true, false, undefined], 4],
  ])("tells whom rules hold for who %s, or not, or of whom it is not known", (head, fact, values, count) => {
    const rows = tableOf("rule", head);
    expect(rows).toHaveLength(count);
    for (const [text = "", ...cells] of rows) {
      const read = parse(code(text)[0] ?? "");
      const told = values.map((value) => {
        const valueOf = (name: string) => (name === fact ? value : undefined);
        return read.ok && evaluate(read.value, { today: "2026-06-01", valueOf, isInAudience: () => false });
      });
      expect(told).toEqual(cells.map((cell) => cell.includes("yes")));
    }
  });

  it("names the caps as they are", () => {
    const told = tableOf("cap").map(([, cap = ""]) => Number(cap.replaceAll(",", "")));
    const { depth, nodes, listLength, textLength, characters, ruleText, textNesting, days, number, refusals } =
      ruleCaps;
    expect(told).toEqual([
      depth,
      nodes,
      listLength,
      textLength,
      characters,
      ruleText,
      textNesting,
      days,
      number,
      refusals,
    ]);
  });

  it("calls rules equal that are", () => {
    const equal = [
      ["a and b", "(b and a) and b"],
      ["not not a", "a"],
      ['tier in ["gold"]', 'tier = "gold"'],
    ];
    for (const texts of equal) {
      const [one, other] = texts.map((text) => {
        expect(page.replace(/\s+/g, " ")).toContain(`\`${text}\``);
        const read = parse(text);
        return read.ok ? canonical(read.value) : undefined;
      });
      expect(one).toBeDefined();
      expect(other).toEqual(one);
    }
  });
});
