import fs from "node:fs";
import path from "node:path";
import { EmbeddedDatabaseError, withClearFailures } from "./failures";
import { findOwnInstallation, pointerFile, projectHomeOf } from "./installation";
import { withInstallationLock } from "./installation-lock";
import { liveLeases } from "./leases";
import { stopServer } from "./running-server";

/**
 * Removes the data, the secrets and everything else of the project's database; answers the removed directories, none
 * when there was nothing. Refuses (IN_USE) while a process uses the server; a server that nobody uses is stopped.
 */
export async function resetEmbeddedDatabase(options: { projectDirectory: string }): Promise<{ removed: string[] }> {
  const projectHome = projectHomeOf(options.projectDirectory);
  if (!fs.existsSync(projectHome)) return { removed: [] };
  const removed = await withClearFailures(projectHome, () =>
    withInstallationLock(projectHome, () => removeInstallation(projectHome)),
  );
  try {
    fs.rmdirSync(projectHome);
  } catch {
    // Another process is already beginning anew in it.
  }
  return { removed };
}

async function removeInstallation(projectHome: string): Promise<string[]> {
  const installation = findOwnInstallation(projectHome);
  const removed = [projectHome];
  if (installation) {
    refuseWhileUsed(installation.directory);
    await stopServer(installation.dataDirectory);
    if (installation.directory !== projectHome) {
      fs.rmSync(installation.directory, { recursive: true, force: true });
      removed.push(installation.directory);
    }
  }
  // The pointer goes last: until then an interrupted reset can be repeated.
  const entries = fs.readdirSync(projectHome).filter((entry) => entry !== "lock");
  const last = path.basename(pointerFile(projectHome));
  for (const entry of entries.sort((a, b) => Number(a === last) - Number(b === last))) {
    fs.rmSync(path.join(projectHome, entry), { recursive: true, force: true });
  }
  return removed;
}

function refuseWhileUsed(installationDirectory: string): void {
  const users = [...new Set(liveLeases(installationDirectory).map(({ pid }) => pid))];
  if (users.length === 0) return;
  throw new EmbeddedDatabaseError(
    "IN_USE",
    `The database is in use by process ${users.join(", ")}; stop it first, then run \`npm run reset\` again.`,
  );
}
