import type { TokenBearer } from "./development-tokens";

export interface ExampleQuery {
  readonly title: string;
  /** On one line, without quotes, so that it stands in a shell command as it is. */
  readonly query: string;
}

/** Every one of them answers the operator in the demo alliance. A test keeps them valid. */
export const exampleQueries: readonly ExampleQuery[] = [
  { title: "Who am I, and what may I do?", query: "{ viewer { kind roles actorId } }" },
  {
    title: "Which merchants are in the alliance, and where are they?",
    query: "{ merchants(first: 5) { nodes { code name category { name } outlets(first: 2) { nodes { name } } } } }",
  },
  {
    title: "Which programs can members collect in, and on what terms?",
    query: "{ programs(first: 5) { nodes { code name unitName currency issuer { name } } } }",
  },
];

export interface Welcome {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly page: boolean;
  /** Processes that serve; 1 goes without saying. */
  readonly workers: number;
  readonly seconds: number;
  readonly tokens: readonly TokenBearer[];
}

/** What a person reads when the alliance is ready. */
export function welcomeText({ url, metricsUrl, page, workers, seconds, tokens }: Welcome): string {
  const places = [
    ...(page ? [`  Page      ${url}/`] : []),
    `  GraphQL   ${url}/graphql`,
    `  Health    ${url}/healthz  ${url}/readyz`,
    ...(metricsUrl ? [`  Metrics   ${metricsUrl}`] : []),
    ...(workers > 1 ? [`  Workers   ${workers}`] : []),
  ];
  const parts = [
    `The alliance is ready after ${seconds.toFixed(1)} s.`,
    places.join("\n"),
    ...(tokens.length > 0 ? [tokenText(tokens)] : []),
    exampleText(url, tokens),
    "Ctrl-C stops it.",
  ];
  return `\n${parts.join("\n\n")}\n`;
}

function tokenText(tokens: readonly TokenBearer[]): string {
  const lines = tokens.map(({ name, description, token }) => `  ${name}: ${description}\n  ${token}`);
  const head = `Tokens, good for ${tokens[0]?.hours} hours; \`npm run alliance -- token --help\` names more people:`;
  return [head, ...lines].join("\n\n");
}

function exampleText(url: string, tokens: readonly TokenBearer[]): string {
  const operator = tokens[0]?.token ?? "<a token of your issuer>";
  const calls = exampleQueries.map(
    ({ title, query }) =>
      `  # ${title}\n  curl -s ${url}/graphql -H "authorization: Bearer $TOKEN" -H "content-type: application/json" \\\n` +
      `    -d '{"query":"${query}"}'`,
  );
  return `Questions to begin with:\n\n  TOKEN=${operator}\n\n${calls.join("\n\n")}`;
}
