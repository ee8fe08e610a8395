import path from "node:path";
import { demoActors } from "../../src/demo/demo-actors";
import { tutorialAlliance, type TutorialAlliance } from "../support/tutorial-alliance";
import { Placeholders, readPage } from "../support/tutorial-page";

const { exchanges, shellLines } = readPage(path.join(__dirname, "..", "..", "docs", "tutorial.md"));
const text = (value: unknown) => JSON.stringify(value, null, 2);

describe.each([
  ["in an empty alliance", { besideDemo: false }],
  ["beside the demo alliance", { besideDemo: true }],
])("the tutorial, %s", (_where, options) => {
  let alliance: TutorialAlliance;
  const placeholders = new Placeholders();
  beforeAll(async () => {
    alliance = await tutorialAlliance(options);
  });
  afterAll(() => alliance.stop());

  it.each(exchanges.map((exchange) => [exchange.heading, exchange.line, exchange] as const))(
    "answers as it says: %s (line %i)",
    async (_heading, _line, { as, language, document, variables, answers }) => {
      const headers = {
        ...(await alliance.credentials(placeholders.fill(as))),
        ...(language ? { "accept-language": language } : {}),
      };
      const question = { query: document, variables: placeholders.fill(variables) };
      expect(answers).not.toHaveLength(0);
      for (const answer of answers) {
        const real = await alliance.ask(question, headers);
        // As text, since the order of the fields is part of what the page shows.
        expect(text(real)).toBe(text(placeholders.learn(answer, real)));
      }
    },
  );

  it("shows every thing under a name of its own, and a different id of the member to the tea house", () => {
    const values = [...placeholders.all.values()];
    expect(new Set(values).size).toBe(values.length);
    expect([...placeholders.all.keys()]).toEqual(expect.arrayContaining(["$MEMBER", "$THEIR_MEMBER"]));
  });
});

describe("the tutorial's commands", () => {
  it("get a token for everyone who asks, before the first time", () => {
    for (const { as, line } of exchanges) {
      // The page opens with the operator's token, and a key is an answer.
      if (as === "operator" || as.startsWith("key:")) continue;
      const command = shellLines.find((each) => each.text === `npm run alliance -- token ${as}`);
      expect({ as, line: command?.line ?? Infinity }).toEqual({ as, line: expect.any(Number) });
      expect(command?.line).toBeLessThan(line);
    }
  });

  it("name people whom the command line knows, or a subject that the page registers", () => {
    const names = shellLines.flatMap(({ text: line }) => / token (\S+)$/.exec(line)?.[1] ?? []);
    expect(names).not.toHaveLength(0);
    const known = [...demoActors.map(({ name }) => name), ...registeredSubjects()];
    expect(known).toEqual(expect.arrayContaining(names));
  });
});

function registeredSubjects(): string[] {
  return exchanges
    .filter(({ document }) => document.includes("registerActor"))
    .map(({ variables }) => (variables as { input: { subject: string } }).input.subject);
}
