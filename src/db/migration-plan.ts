import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseRefusal } from "./failures";

export interface MigrationFile {
  /** `0003_lots.sql`: four digits without a gap, then what it is about. */
  readonly name: string;
  readonly statements: readonly string[];
  /** SHA-256 of the text in hex, line ends counted as \n, since a checkout may change those. */
  readonly sha256: string;
}

export interface AppliedMigration {
  readonly name: string;
  readonly sha256: string;
}

/** What is still to be applied, in order. Throws a DatabaseRefusal when the files and the database do not belong together. */
export function pendingMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): readonly MigrationFile[] {
  applied.forEach((done, index) => compare(files[index], done, files));
  return files.slice(applied.length);
}

function compare(file: MigrationFile | undefined, done: AppliedMigration, files: readonly MigrationFile[]): void {
  if (!files.some((each) => each.name === done.name)) {
    throw new DatabaseRefusal(
      `The database has the migration ${done.name}, which this version of the program does not know ` +
        `(its last one is ${files.at(-1)?.name ?? "none"}); start the version that the database belongs to.`,
    );
  }
  if (file?.name !== done.name) {
    throw new DatabaseRefusal(
      `The migration ${file?.name ?? "before it"} was never applied to this database although the later ` +
        `${done.name} was; expected every migration to come after the applied ones.`,
    );
  }
  if (file.sha256 !== done.sha256) {
    throw new DatabaseRefusal(
      `The migration ${file.name} was changed after it was applied: expected sha256 ${done.sha256}, ` +
        `found ${file.sha256}. Restore the file and write a new migration instead.`,
    );
  }
}

export function readMigrations(directory: string): readonly MigrationFile[] {
  const names = listSqlFiles(directory).sort();
  names.forEach((name, index) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (number === undefined) {
      throw new DatabaseRefusal(
        `${join(directory, name)} is no migration; expected a name like 0001_what_it_does.sql.`,
      );
    }
    if (Number(number) === index) return;
    throw new DatabaseRefusal(
      `${join(directory, name)} does not follow: expected number ${String(index).padStart(4, "0")}, since migrations ` +
        "are numbered from 0000 without a gap or a double.",
    );
  });
  return names.map((name) => readMigration(directory, name));
}

function readMigration(directory: string, name: string): MigrationFile {
  const text = readFileSync(join(directory, name), "utf8").replaceAll("\r\n", "\n");
  const statements = text.split("--> statement-breakpoint").map((part) => part.trim());
  return {
    name,
    statements: statements.filter((statement) => statement !== ""),
    sha256: createHash("sha256").update(text).digest("hex"),
  };
}

function listSqlFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(".sql"));
  } catch (error) {
    throw new DatabaseRefusal(`The migrations cannot be read from ${directory}.`, { cause: error });
  }
}
