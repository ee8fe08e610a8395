import { migrate } from "../../src/db/migrate";

/** A process that migrates: `node -r @swc-node/register migrate-process.ts <owner url> <directory>`. */
const [ownerUrl = "", directory = ""] = process.argv.slice(2);

void migrate({ ownerUrl, directory, log: (line) => process.stdout.write(`${line}\n`) }).then(({ applied }) =>
  process.stdout.write(`applied ${JSON.stringify(applied)}\n`),
);
