import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import type { Answer } from "./answer";

/** Clients have a handful of `Accept` headers; this many are remembered. */
const mostHeaders = 100;
const longestHeader = 200;

/**
 * Which media type Apollo answers an `Accept` header with, learnt from its answers: the negotiation has one author. The
 * first request with a header is one that Apollo answers.
 */
export class MediaTypes {
  readonly #chosen = new LRUCache<string, string>({ max: mostHeaders });

  chosenFor(request: IncomingMessage): string | undefined {
    return this.#chosen.get(acceptOf(request));
  }

  learn(request: IncomingMessage, { status, headers }: Answer): void {
    const accept = acceptOf(request);
    const type = headers["content-type"];
    if (status === 200 && typeof type === "string" && accept.length <= longestHeader) this.#chosen.set(accept, type);
  }
}

function acceptOf({ headers }: IncomingMessage): string {
  return headers.accept ?? "";
}
