import { complain, exitCodes, print, UsageError, type Command } from "./command";
import { describeFailure } from "./failure";

/** Every command file exports this. */
interface Loaded {
  readonly command: Command;
}

/**
 * Every command with its summary and the file it is in. Files are loaded when their command is called, so that
 * `schema check` waits for no database driver.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- an import() would stay one in CommonJS and skip the compiler hook */
const commands: Record<string, { readonly summary: string; load(): Loaded }> = {
  start: {
    summary: "start the alliance: database, API and page",
    load: () => require("./start") as Loaded,
  },
  reset: {
    summary: "remove the embedded database with all its data",
    load: () => require("./reset") as Loaded,
  },
  migrate: {
    summary: "bring the database up to date, with roles and rights",
    load: () => require("./migrate") as Loaded,
  },
  import: {
    summary: "import files of members, offers and purchases",
    load: () => require("./import") as Loaded,
  },
  actor: {
    summary: "register whom a token stands for, such as the first person",
    load: () => require("./actor") as Loaded,
  },
  catalogue: {
    summary: "write the catalogue to a file, or take one in",
    load: () => require("./catalogue") as Loaded,
  },
  audiences: {
    summary: "export audiences, upload lists, rebuild chunks",
    load: () => require("./audiences") as Loaded,
  },
  documents: {
    summary: "register the documents that apps execute by id",
    load: () => require("./documents") as Loaded,
  },
  token: {
    summary: "print a development token of a demo actor",
    load: () => require("./token") as Loaded,
  },
  schema: {
    summary: "write the GraphQL schema to its file, or check it",
    load: () => require("./schema") as Loaded,
  },
  facts: {
    summary: "make the encodings that rules are matched by anew",
    load: () => require("./facts") as Loaded,
  },
  audit: {
    summary: "prove that the audit log was not altered",
    load: () => require("./audit") as Loaded,
  },
  ledger: {
    summary: "prove that the books add up and were not altered",
    load: () => require("./ledger") as Loaded,
  },
  distribute: {
    summary: "distribute the tables over a Citus cluster",
    load: () => require("./distribute") as Loaded,
  },
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Runs the command line and sets the process's exit code. */
export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await runCommand(args);
}

async function runCommand([word, ...rest]: readonly string[]): Promise<number> {
  if (word === undefined || word === "--help" || word === "-h" || word === "help") {
    print(overview());
    return word === undefined ? exitCodes.usage : exitCodes.done;
  }
  const entry = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (!entry) {
    const what = word.startsWith("-") ? "option" : "command";
    complain(`There is no ${what} "${word}"; \`npm run alliance -- --help\` lists the commands.`);
    return exitCodes.usage;
  }
  try {
    const { command } = entry.load();
    if (!rest.includes("--help") && !rest.includes("-h")) return await command.run(rest);
    print(command.usage);
    return exitCodes.done;
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${word}: ${error.message}; \`npm run alliance -- ${word} --help\` says what is.`);
      return exitCodes.usage;
    }
    complain(describeFailure(error));
    return exitCodes.failed;
  }
}

function overview(): string {
  const lines = Object.entries(commands).map(([word, { summary }]) => `  ${word.padEnd(12)}${summary}`);
  return `Usage: npm run alliance -- <command> [options]

${lines.join("\n")}

\`<command> --help\` says more. The configuration comes from the environment: docs/configuration.md.`;
}
