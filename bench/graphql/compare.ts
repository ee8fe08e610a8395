import { isDeepStrictEqual } from "node:util";
import { requestOf, type Dialect, type DocumentName } from "./documents";
import type { BenchServer } from "./servers";

/**
 * Asks every server the same for each member and throws where one answers otherwise than the first: a server that does
 * less could not be compared.
 */
export async function compareAnswers(
  contestants: readonly { readonly server: BenchServer; readonly dialect: Dialect }[],
  document: DocumentName,
  memberIds: readonly string[],
): Promise<void> {
  for (const memberId of memberIds) {
    const answers = await Promise.all(
      contestants.map(async ({ server, dialect }) =>
        normalised(await ask(server, requestOf(dialect, document, memberId))),
      ),
    );
    const [first] = answers;
    mustBeFull(document, first, memberId);
    answers.forEach((answer, place) => {
      if (isDeepStrictEqual(answer, first)) return;
      const names = [contestants[0]?.server.name, contestants[place]?.server.name].join(" and ");
      throw new Error(
        `${names} answer ${document} of ${memberId} differently:\n${JSON.stringify(first)}\n${JSON.stringify(answer)}`,
      );
    });
  }
}

async function ask(server: BenchServer, body: string): Promise<unknown> {
  const [token] = server.tokens;
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(server.url, { method: "POST", headers, body }).catch((cause: unknown) => {
    throw new Error(`${server.name} did not answer. ${server.lastWords() ?? "It still runs."}`, { cause });
  });
  const text = await response.text();
  const answer = JSON.parse(text) as { data?: object; errors?: unknown };
  if (!answer.data || answer.errors) throw new Error(`${server.name} answered ${response.status}: ${text}`);
  return Object.values(answer.data)[0];
}

/** `accountsByMemberIdList` and `programByProgramId` are PostGraphile's names for what the others call by a noun. */
const otherNames: Readonly<Record<string, string>> = {
  accountsByMemberIdList: "accounts",
  offerDeliveriesByMemberIdList: "offerDeliveries",
  programByProgramId: "program",
  offerByOfferId: "offer",
  merchantByMerchantId: "merchant",
};

/**
 * One shape for all: this server's names, pages as plain lists, instants in one notation, localised texts in English, and
 * no ids, which every server makes in its own way.
 */
export function normalised(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => normalised(item));
  if (typeof value === "string") return name.endsWith("At") ? new Date(value).toISOString() : value;
  if (typeof value !== "object" || value === null) return value;
  if ("nodes" in value) return normalised(value.nodes);
  if (name === "name" && "en" in value) return value.en;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "id")
      .map(([key, item]) => [otherNames[key] ?? key, item] as const)
      .map(([key, item]) => [key, normalised(item, key)]),
  );
}

/** Else empty answers would be found equal. */
function mustBeFull(document: DocumentName, answer: unknown, memberId: string): void {
  const { accounts, offerDeliveries } = (answer ?? {}) as { accounts?: unknown[]; offerDeliveries?: unknown[] };
  const isFull = {
    member: Object.keys(answer ?? {}).length === 6,
    screen: accounts?.length === 3 && offerDeliveries?.length === 10,
    list: Array.isArray(answer) && answer.length === 50,
  }[document];
  if (!isFull) throw new Error(`${document} of ${memberId} is answered with ${JSON.stringify(answer)}`);
}
