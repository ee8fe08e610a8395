/** Something about a given file that a person must put right; the message is one line that names the file and says what. */
export class FileRefusal extends Error {
  override readonly name = "FileRefusal";
}

/** One line for an error of the file system or of unpacking; undefined for any other. */
export function describeFileFailure(path: string, error: unknown): FileRefusal | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return undefined;
  const what = sentences.get(code) ?? (/^E[A-Z]+$/.test(code) ? `cannot be read (${code})` : undefined);
  return what === undefined ? undefined : new FileRefusal(`The file ${path} ${what}.`);
}

const sentences = new Map([
  ["ENOENT", "does not exist"],
  ["ENOTDIR", "does not exist: a part of its path is no folder"],
  ["EACCES", "may not be read by this user"],
  ["EPERM", "may not be read by this user"],
  ["EISDIR", "is a folder, expected a file"],
  ["Z_BUF_ERROR", "is a truncated .gz file: it ends in the middle"],
  ["Z_DATA_ERROR", "is a damaged .gz file"],
]);
