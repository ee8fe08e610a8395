import { checkImportFiles, importUsage, parseImportArguments, runImport } from "../import/commands";
import { FileRefusal } from "../import/file-refusal";
import { CommandRefusal, UsageError, type Command } from "./command";
import { withAlliance } from "./with-alliance";

export const command: Command = {
  usage: importUsage,

  async run(args) {
    const parsed = parseImportArguments(args);
    if ("problem" in parsed) throw new UsageError(parsed.problem);
    try {
      await checkImportFiles(parsed.request);
    } catch (error) {
      if (error instanceof FileRefusal) throw new CommandRefusal(error.message);
      throw error;
    }
    return withAlliance(({ services }) => runImport(services, parsed.request));
  },
};
