import type { Config } from "jest";
import { ensureTemplate } from "./template-database";
import { joinTestServer, shareWithTestFiles } from "./test-server";

/** Tests that reach no database; a run of these alone does not wait for one. */
const pure = /(^|[\\/])(core|architecture)/;

/** One lease on the embedded server and one template for the whole run, instead of one per test file. */
export default async function globalSetup(config: Config): Promise<void> {
  const asked = patternsOf(config);
  if (asked.length > 0 && asked.every((pattern) => pure.test(pattern))) return;
  const { server, leave } = await joinTestServer();
  (globalThis as { leaveTestServer?: () => Promise<void> }).leaveTestServer = leave;
  try {
    await ensureTemplate(server);
  } catch (error) {
    await leave();
    throw error;
  }
  shareWithTestFiles(server);
}

function patternsOf(config: Config): readonly string[] {
  return (config as { testPathPatterns?: { patterns?: string[] } }).testPathPatterns?.patterns ?? [];
}
