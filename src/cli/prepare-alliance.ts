import type { Logger } from "pino";
import { demoWork, registerDemoActors } from "../demo/demo-work";
import { loadDemoAlliance } from "../demo/load-demo-alliance";
import { terminalProgress, type Progress } from "../import/progress";
import type { Alliance } from "../main";
import { rebuildEncodings } from "../members/rebuild-encodings";

/**
 * Before anything is served: encodes members of a database that is older than encodings, so that rules match them. An
 * embedded alliance begins with the demo, or with nobody but the staff who can found one.
 */
export async function prepareAlliance(alliance: Alliance, begin: { readonly empty: boolean }): Promise<void> {
  await encodeTheRest(alliance);
  if (alliance.issuer) await (begin.empty ? letStaffIn(alliance) : loadDemo(alliance));
}

/** In an alliance that is up to date this only proves that there is nothing to do: half a second for 300,000 members. */
export async function encodeTheRest({ services }: Alliance): Promise<void> {
  const rebuilt = await rebuildEncodings({ services, now: services.clock() }, { onlyMissing: true });
  if (rebuilt.members > 0) services.log.info(rebuilt, "encoded the members that had no encoding yet");
}

/** Nobody could found an empty alliance if nobody were registered in it. */
async function letStaffIn({ services }: Alliance): Promise<void> {
  await registerDemoActors(demoWork(services), ["staff", "service"]);
}

async function loadDemo({ services }: Alliance): Promise<void> {
  const { stderr } = process;
  await loadDemoAlliance(services, {
    progress: stderr.isTTY ? terminalProgress(stderr) : loggedProgress(services.log),
  });
}

/** Where there is no terminal for a bar, the log says what is being loaded. */
function loggedProgress(log: Logger): Progress {
  return {
    begin: (label, total) => log.info({ total }, `loading the demo: ${label}`),
    advance: () => undefined,
    end: () => undefined,
  };
}
