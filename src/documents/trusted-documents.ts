import type { ActorKind } from "../auth/core/actor";
import { askedDocument, type AskedDocument, type AskedParts, type IdForm } from "./core/asked-document";
import { documentIdOf } from "./core/document-id";
import { mustBeTrusted, type TrustedOnly } from "./core/trusted-only";
import type { RegisteredDocuments } from "./registered-documents";

export interface DocumentRequest {
  /** Of a POST, parsed; undefined of a GET. */
  readonly body: unknown;
  /** The query of the URL: `?query=…`. */
  readonly search: string;
}

export interface DocumentCaller {
  readonly kind: ActorKind;
  /** What the caller's credentials were issued to: a token's client, or `key:<prefix>`. */
  readonly client: string | undefined;
}

export interface DocumentRefusal {
  readonly ok: false;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The id was looked for in vain, which the caller pays for as for a new document. */
  readonly sought: boolean;
}

/** The request with the text of its document in it. */
export interface RequestWithText extends DocumentRequest {
  readonly ok: true;
  /** The document is a registered one: it was judged when it was registered, so it is no new one to pay for. */
  readonly registered: boolean;
}

/**
 * Stands in front of everything that reads documents: puts the text in the place of an id, and refuses what is not
 * registered to whom only registered documents are open.
 *
 * Clients register nothing by sending it, as Apollo's automatic persisted queries do: then a document would be trusted
 * because somebody asked for it, and whoever may ask could fill the table.
 */
export class TrustedDocuments {
  constructor(
    private readonly registered: RegisteredDocuments,
    private readonly trustedOnly: TrustedOnly,
  ) {}

  async read(request: DocumentRequest, caller: DocumentCaller): Promise<RequestWithText | DocumentRefusal> {
    const restricted = mustBeTrusted(this.trustedOnly, caller);
    const asked = askedDocument(partsOf(request));
    if ("malformed" in asked) return refusal(400, "BAD_REQUEST", asked.malformed);
    if (asked.query !== undefined) return this.#withQuery(request, asked, asked.query, restricted);
    if (asked.id !== undefined) return this.#byId(request, asked.id, asked.form);
    // There is no document, or nothing that could be one: whoever reads requests says so.
    return restricted ? documentRequired() : { ...request, ok: true, registered: false };
  }

  async #withQuery(
    request: DocumentRequest,
    { id, form }: AskedDocument,
    query: string,
    restricted: boolean,
  ): Promise<RequestWithText | DocumentRefusal> {
    if (id === undefined && !restricted) return { ...request, ok: true, registered: false };
    const documentId = documentIdOf(query);
    if (id !== undefined && id !== documentId) {
      const message = form === "documentId" ? "documentId and query name different documents." : hashMismatch;
      return refusal(400, "BAD_REQUEST", message);
    }
    const registered = (await this.registered.textOf(documentId)) !== undefined;
    if (restricted && !registered) return documentRequired();
    return { ...withText(request, query), ok: true, registered };
  }

  async #byId(request: DocumentRequest, id: string, form: IdForm): Promise<RequestWithText | DocumentRefusal> {
    const text = await this.registered.textOf(id);
    return text === undefined ? notFound(form) : { ...withText(request, text), ok: true, registered: true };
  }
}

/** Apollo's words for it. */
const hashMismatch = "provided sha does not match query";

/** In Apollo's form with Apollo's words and status, by which its clients know to send the text as well. */
function notFound(form: IdForm): DocumentRefusal {
  if (form === "persistedQuery") {
    return { ...refusal(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"), sought: true };
  }
  const message = "No document is registered under this id; the operator registers documents, not their clients.";
  return { ...refusal(404, "PERSISTED_DOCUMENT_NOT_FOUND", message), sought: true };
}

function documentRequired(): DocumentRefusal {
  const message = "You may send registered documents only: by documentId, or with exactly the registered text.";
  return { ...refusal(403, "TRUSTED_DOCUMENT_REQUIRED", message), sought: true };
}

function refusal(status: number, code: string, message: string): DocumentRefusal {
  return { ok: false, status, code, message, sought: false };
}

function partsOf({ body, search }: DocumentRequest): AskedParts {
  if (body !== undefined) {
    const { query, documentId, extensions } = isRecord(body) ? body : {};
    return { query, documentId, extensions };
  }
  const parameters = new URLSearchParams(search);
  // As Apollo reads them: one that stands there twice is none, and is refused later.
  const one = (name: string) => (parameters.getAll(name).length === 1 ? parameters.get(name) : undefined);
  return { query: one("query"), documentId: one("documentId"), extensions: parsed(one("extensions")) };
}

/** The same request with the text, and without what named it by an id. */
function withText({ body, search }: DocumentRequest, text: string): DocumentRequest {
  if (isRecord(body)) {
    const { documentId: _id, extensions, ...rest } = body;
    return { body: { ...rest, query: text, ...withoutPersistedQuery(extensions) }, search };
  }
  const parameters = new URLSearchParams(search);
  parameters.delete("documentId");
  parameters.set("query", text);
  const { extensions } = withoutPersistedQuery(parsed(parameters.get("extensions")));
  if (isRecord(extensions)) parameters.set("extensions", JSON.stringify(extensions));
  return { body, search: `?${parameters.toString()}` };
}

function withoutPersistedQuery(extensions: unknown): { readonly extensions?: unknown } {
  if (!isRecord(extensions)) return extensions === undefined ? {} : { extensions };
  const { persistedQuery: _named, ...rest } = extensions;
  return { extensions: rest };
}

function parsed(json: string | null | undefined): unknown {
  try {
    return JSON.parse(json ?? "null") as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
