import type { IncomingMessage } from "node:http";

const utf8 = new TextDecoder("utf-8", { fatal: true });

export type BodyRefusal = { readonly status: 400 | 413 | 415; readonly message: string };

/**
 * Reads the body of a POST as JSON. Refuses by value: another media type or charset (415), more bytes than allowed (413,
 * known from the declared length where there is one, before anything is read), no JSON (400). Rejects where the
 * connection breaks.
 */
export async function readJsonBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly refusal: BodyRefusal }> {
  const refusal = refuseByHead(request, maxBytes);
  if (refusal) return { ok: false, refusal };
  const bytes = await readBytes(request, maxBytes);
  if (!bytes) return { ok: false, refusal: tooLarge(maxBytes) };
  try {
    const text = utf8.decode(bytes);
    return { ok: true, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    return { ok: false, refusal: { status: 400, message: "The body is not JSON in UTF-8." } };
  }
}

function refuseByHead(request: IncomingMessage, maxBytes: number): BodyRefusal | undefined {
  const { "content-type": type, "content-encoding": encoding, "content-length": length } = request.headers;
  if (Number(length ?? 0) > maxBytes) return tooLarge(maxBytes);
  if (Number(length ?? 0) === 0 && request.headers["transfer-encoding"] === undefined) return undefined;
  if (encoding !== undefined && encoding !== "identity") {
    return { status: 415, message: `The content-encoding is "${encoding}", expected none.` };
  }
  const [essence = "", ...parameters] = (type ?? "").toLowerCase().split(";");
  const charset = parameters.map((text) => /^\s*charset="?([^"]*)"?\s*$/.exec(text)?.[1]).find(Boolean) ?? "utf-8";
  if (essence.trim() === "application/json" && charset === "utf-8") return undefined;
  return {
    status: 415,
    message: `The content-type is ${JSON.stringify(type ?? "not given")}, expected application/json.`,
  };
}

function tooLarge(maxBytes: number): BodyRefusal {
  return { status: 413, message: `The body is larger than ${maxBytes} bytes.` };
}

/** By events: an asynchronous iterator over the request costs as much as all the rest of a small one's way in. */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) return chunks.push(chunk);
      request.pause();
      resolve(undefined);
    });
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the connection broke while the body was read")));
  });
}
