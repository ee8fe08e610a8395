import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(__dirname, "..");
const source = join(root, "src");

/** What is no room: words shared by all, the database, the API's conventions, and what puts the parts together. */
const shared = new Set(["kernel", "db", "graphql", "observability", "http"]);
const composers = new Set(["cli", "demo", "import", "http", "observability"]);

interface Import {
  readonly from: string;
  /** A path below src/ without extension, or the name of a package. */
  readonly to: string;
  readonly package: boolean;
}

const files = everyFile(source).filter((file) => file.endsWith(".ts"));
const imports = files.flatMap(importsOf);

function everyFile(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? everyFile(path) : [path];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/^(import|export)( type)?\b[^;"]*?from "([^"]+)"|^import "([^"]+)"/gm);
  return [...found].map((match) => {
    const target = match[3] ?? match[4] ?? "";
    const own = target.startsWith(".");
    return {
      from: relative(source, file),
      to: own ? relative(source, resolve(dirname(file), target)) : target,
      package: !own,
    };
  });
}

const roomOf = (path: string) => (path.includes("/") ? (path.split("/")[0] ?? "") : "");
const isCore = (path: string) => /(^|\/)core\//.test(path);
const isTables = (path: string) => path.endsWith(".tables");
const own = imports.filter((one) => !one.package);
const shown = (list: Import[]) => list.map(({ from, to }) => `${from} → ${to}`);

describe("the import law", () => {
  it("sees the code it judges", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(200);
  });

  it("lets core import only core and the kernel, and of packages only pure ones", () => {
    const pure = new Set(["temporal-polyfill", "node:crypto", "zod"]);
    const broken = imports.filter(({ from, to, ...one }) => {
      if (!isCore(from)) return false;
      return one.package ? !pure.has(to) : !isCore(to) && roomOf(to) !== "kernel";
    });
    expect(shown(broken)).toEqual([]);
  });

  it("lets the kernel import nothing of the product", () => {
    const broken = own.filter(({ from, to }) => roomOf(from) === "kernel" && roomOf(to) !== "kernel");
    expect(shown(broken)).toEqual([]);
  });

  it("keeps a room's tables to the room; only tables refer to others' tables, for foreign keys", () => {
    const broken = own.filter(({ from, to }) => {
      if (!isTables(to) || roomOf(from) === roomOf(to) || from === "db/tables.ts") return false;
      return !from.endsWith(".tables.ts");
    });
    expect(shown(broken)).toEqual([]);
  });

  it("keeps the shared parts free of the rooms, but for the words of auth's core and the context", () => {
    const broken = own.filter(({ from, to }) => {
      if (!["db", "graphql"].includes(roomOf(from)) || from === "db/tables.ts") return false;
      const room = roomOf(to);
      return room !== "" && !shared.has(room) && !to.startsWith("auth/core/");
    });
    // Rooms hand their tables' installation to db/setup.ts; whatever else stands here is a wall broken.
    expect(shown(broken).filter((line) => !line.startsWith("db/setup.ts → jobs/"))).toEqual([]);
  });

  it("keeps queries free of GraphQL", () => {
    const broken = own.filter(({ from, to }) => from.endsWith(".queries.ts") && roomOf(to) === "graphql");
    expect(shown(broken)).toEqual([]);
  });

  it("keeps rooms from knowing who puts them together", () => {
    const broken = own.filter(
      ({ from, to }) =>
        roomOf(from) !== "" &&
        !composers.has(roomOf(from)) &&
        ["cli", "demo", "import", "main", "server", "schema"].includes(roomOf(to) || to),
    );
    expect(shown(broken)).toEqual([]);
  });

  it("lets only the code that needs personal data or keys open the vault", () => {
    const holders = files
      .filter((file) => /\bvault\b/.test(withoutComments(readFileSync(file, "utf8"))))
      .map((file) => relative(source, file))
      .filter((file) => !/^(members|auth|db|import|demo|cli)\//.test(file) && !["main.ts", "config.ts"].includes(file));
    expect(holders).toEqual([]);
  });
});

describe("the traces of a change", () => {
  /** Why each leaves none. */
  const traceless = new Map([
    ["audiences/take-up.ts", "chunks follow from encodings, which follow from what left its own traces"],
    ["audit/verify-audit.ts", "reads only"],
    ["ledger/verify-ledger.ts", "reads only"],
    ["jobs/install-jobs.ts", "makes tables"],
    ["members/create-link-code.ts", "writes nothing: the code is sealed, not stored"],
    ["members/rebuild-encodings.ts", "makes anew what follows from rows that others wrote"],
    ["members/write-facts.ts", "imports tell of themselves as a whole, by recordImport"],
    ["members/sweep-merge-claims.ts", "frees what a crash left claimed; what it finishes, adoptIntoTarget records"],
    ["offers/mark-offer-viewed.ts", "a view is told, but not audited; the use case says why"],
  ]);

  it("are left by recordChange alone, so that none is without its event or its audit entry", () => {
    const allowed = [
      "audit/append-entry.ts",
      "audit/record-change.ts",
      "events/emit-event.ts",
      // A view of a delivery is told, but not audited; the use case says why.
      "offers/mark-offer-viewed.ts",
    ];
    const callers = files
      .filter((file) =>
        /\b(appendAuditEntr|emit(Member|Catalogue)Event)/.test(withoutComments(readFileSync(file, "utf8"))),
      )
      .map((file) => relative(source, file));
    expect(callers.sort()).toEqual(allowed);
  });

  it("are left by whatever owns a transaction, itself or by the function that it hands the transaction to", () => {
    const recorders = [
      "recordChange",
      "recordRedemption",
      "concludeMove",
      "issueKey",
      "writeMember",
      "unlink",
      "draftVersion",
      "importVersion",
      "returnToVersion",
    ];
    const records = new RegExp(`\\b(${recorders.join("|")})\\(`);
    const silent = files
      .map((file) => ({ name: relative(source, file), text: withoutComments(readFileSync(file, "utf8")) }))
      .filter(({ name, text }) => !name.startsWith("db/") && /\binTransaction\(/.test(text) && !records.test(text))
      .map(({ name }) => name);
    expect(silent.filter((name) => !traceless.has(name))).toEqual([]);
  });
});

describe("the style that a test can enforce", () => {
  it("has no file over 400 lines", () => {
    const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length > 401);
    expect(long.map((file) => relative(root, file))).toEqual([]);
  });

  it("has no file that names nothing", () => {
    const empty = /(^|\/)(utils?|helpers?|common|managers?|misc)(\.|\/)/;
    expect(files.map((file) => relative(source, file)).filter((file) => empty.test(file))).toEqual([]);
  });

  it("holds no value in a float", () => {
    const floats = files.filter((file) => /\bparseFloat\(|doublePrecision\(|\breal\(/.test(readFileSync(file, "utf8")));
    expect(floats.map((file) => relative(source, file))).toEqual([]);
  });

  it("reads the clock only where a clock is made", () => {
    const allowed =
      /^(kernel\/clock|cli\/|db\/|http\/|observability\/|main|server|jobs\/|graphql\/(cost|limits|apollo))/;
    const readers = files
      .filter((file) => /\bnew Date\(\)|Date\.now\(\)/.test(withoutComments(readFileSync(file, "utf8"))))
      .map((file) => relative(source, file))
      .filter((file) => !allowed.test(file));
    expect(readers).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
