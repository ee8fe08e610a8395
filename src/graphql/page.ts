import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Answer } from "../http/answer";
import { pageScript } from "./page-script";

export interface PageTab {
  readonly query: string;
  /** JSON text. */
  readonly variables?: string;
  /** Whose token it is asked with; the operator's where a document does not say `# As: <name>`. */
  readonly as: string;
}

/** Bearer tokens by the name of their demo actor; an empty one where the reader must bring a token. */
export type PageTokens = Readonly<Record<string, string>>;

/**
 * The GraphiQL page. Everything it loads comes from this server, out of node_modules, so it works without the internet;
 * the content security policy allows nothing else, and scripts only with the page's nonce.
 */
export class GraphiqlPage {
  readonly #assets = new Map(assetFiles.map(([name, file]) => [`/assets/${name}`, new Asset(name, file)]));

  constructor(private readonly tabs: readonly PageTab[]) {}

  /** Undefined for paths that are not the page's. */
  answer(pathname: string, tokens: PageTokens): Answer | undefined {
    if (pathname === "/") return this.#page(tokens);
    return this.#assets.get(pathname)?.answer();
  }

  #page(tokens: PageTokens): Answer {
    const nonce = randomBytes(16).toString("base64");
    const url = (name: string) => this.#assets.get(`/assets/${name}`)?.url ?? "";
    const headersOf = (name: string) => {
      const token = tokens[name] ?? tokens.operator ?? "";
      return JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);
    };
    const tabs = this.tabs.map(({ as, ...tab }) => ({ ...tab, headers: headersOf(as) }));
    const settings = { tabs, headers: headersOf("operator") };
    return {
      status: 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        // The page may hold a token.
        "cache-control": "no-store",
        "content-security-policy": contentSecurityPolicy(nonce),
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      },
      body: pageText(nonce, url, settings),
    };
  }
}

/**
 * The example documents: every `*.graphql` file is a tab, queries first, with `<name>.json` beside it as its variables
 * if it is there.
 */
export function readTabs(directory: string): PageTab[] {
  if (!fs.existsSync(directory)) return [];
  const files = fs.readdirSync(directory).filter((file) => file.endsWith(".graphql"));
  const tabs = files.sort().map((file) => {
    const query = fs.readFileSync(path.join(directory, file), "utf8");
    const as = /^# As: (\S+)$/m.exec(query)?.[1] ?? "operator";
    const variables = path.join(directory, file.replace(/\.graphql$/, ".json"));
    return fs.existsSync(variables) ? { query, as, variables: fs.readFileSync(variables, "utf8") } : { query, as };
  });
  const changes = ({ query }: PageTab) => /^mutation /m.test(query);
  return [...tabs.filter((tab) => !changes(tab)), ...tabs.filter(changes)];
}

const assetFiles: readonly (readonly [name: string, file: string])[] = [
  ["react.js", "react/umd/react.production.min.js"],
  ["react-dom.js", "react-dom/umd/react-dom.production.min.js"],
  ["graphiql.js", "graphiql/graphiql.min.js"],
  ["graphiql.css", "graphiql/graphiql.min.css"],
];

/** One file, read when first asked for, under an address that changes with its content. */
class Asset {
  #content: Buffer | undefined;

  constructor(
    private readonly name: string,
    private readonly file: string,
  ) {}

  get url(): string {
    const digest = createHash("sha256").update(this.#read()).digest("hex").slice(0, 12);
    return `/assets/${this.name}?v=${digest}`;
  }

  answer(): Answer {
    const type = this.name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
    const headers = {
      "content-type": type,
      "cache-control": "public, max-age=31536000, immutable",
      "cross-origin-resource-policy": "same-origin",
    };
    return { status: 200, headers, body: this.#read() };
  }

  #read(): Buffer {
    return (this.#content ??= fs.readFileSync(packageFile(this.file)));
  }
}

/** These packages do not export the files meant for browsers, but every package exports its package.json. */
function packageFile(file: string): string {
  const [name = "", ...rest] = file.split("/");
  return path.join(path.dirname(require.resolve(`${name}/package.json`)), ...rest);
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function pageText(nonce: string, url: (name: string) => string, settings: object): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Merchant alliance · GraphQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${url("graphiql.css")}">
<style nonce="${nonce}">html, body, #page { height: 100%; margin: 0; }</style>
</head>
<body>
<div id="page">Loading …</div>
<script nonce="${nonce}" src="${url("react.js")}"></script>
<script nonce="${nonce}" src="${url("react-dom.js")}"></script>
<script nonce="${nonce}" src="${url("graphiql.js")}"></script>
<script nonce="${nonce}" id="settings" type="application/json">${scriptJson(settings)}</script>
<script nonce="${nonce}">window.__webpack_nonce__ = ${JSON.stringify(nonce)};
${pageScript}</script>
</body>
</html>
`;
}

/** JSON that cannot end the script element it stands in. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
