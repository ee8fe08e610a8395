import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { EmbeddedDatabaseError, ifPresent } from "./failures";

/** Generated once per installation, 32 random bytes each in base64url, so that they need no escaping in a URL. */
export interface Secrets {
  /** Of the role that owns the schema; it is the server's superuser. */
  ownerPassword: string;
  /** Of the role that the application works as; it owns nothing. */
  appPassword: string;
  /** Of the role that may read personal data. */
  vaultPassword: string;
  /** Seed of the development issuer's signing key. */
  signingKey: string;
  /** Encrypts members' personal data. */
  masterKey: string;
}

const names = ["ownerPassword", "appPassword", "vaultPassword", "signingKey", "masterKey"] as const;

/** Reads the secrets beside the data directory; makes them only while there is no data that others were used for. */
export function openSecrets(installationDirectory: string, dataExists: boolean): Secrets {
  const file = secretsFile(installationDirectory);
  const text = ifPresent(() => fs.readFileSync(file, "utf8"));
  if (text === undefined) {
    if (dataExists) throw broken(file, "is missing");
    return generate(file);
  }
  fs.chmodSync(file, 0o600);
  return parse(file, text);
}

export function secretsFile(installationDirectory: string): string {
  return path.join(installationDirectory, "secrets.json");
}

function generate(file: string): Secrets {
  const secrets = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString("base64url")]));
  const partial = `${file}.new`;
  fs.rmSync(partial, { force: true });
  fs.writeFileSync(partial, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  fs.renameSync(partial, file);
  return secrets as unknown as Secrets;
}

function parse(file: string, text: string): Secrets {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw broken(file, "is not JSON");
  }
  for (const name of names) {
    const secret = value?.[name];
    if (typeof secret !== "string" || !/^[\w-]{43}$/.test(secret)) throw broken(file, `holds no valid ${name}`);
  }
  return value as unknown as Secrets;
}

function broken(file: string, what: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    "SECRETS_BROKEN",
    `${file} ${what}, and the existing data cannot be opened without it; restore it, or run \`npm run reset\` to begin anew.`,
  );
}
