import { resolve } from "node:path";
import { joinEmbeddedDatabase } from "../../src/db/embedded";

/** Where the test databases are made: the project's own embedded server, or the one that DATABASE_URL names. */
export interface TestServer {
  readonly ownerUrl: string;
  readonly appPassword?: string;
  readonly vaultPassword?: string;
}

/** Set by the global setup for all test files; what a file run without it does for itself. */
const inherited = "ALLIANCE_TEST_SERVER";

export async function joinTestServer(): Promise<{ server: TestServer; leave: () => Promise<void> }> {
  const given = process.env[inherited];
  if (given) return { server: JSON.parse(given) as TestServer, leave: () => Promise.resolve() };
  const ownerUrl = process.env["DATABASE_URL"];
  if (ownerUrl) return { server: { ownerUrl }, leave: () => Promise.resolve() };
  const embedded = await joinEmbeddedDatabase({ projectDirectory: resolve(__dirname, "..", "..") });
  const { appPassword, vaultPassword } = embedded.secrets;
  return { server: { ownerUrl: embedded.ownerUrl, appPassword, vaultPassword }, leave: embedded.leave };
}

export function shareWithTestFiles(server: TestServer): void {
  process.env[inherited] = JSON.stringify(server);
}
