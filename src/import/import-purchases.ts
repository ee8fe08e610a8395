import type { Services } from "../context";
import type { Line } from "./core/line-splitter";
import { Noons } from "./core/noon";
import { parsePurchaseLine, type PurchaseLine } from "./core/purchase-line";
import { importWork } from "./import-work";
import { silentProgress, type Progress } from "./progress";
import { inspectFile, linesPerBatch, readBatches } from "./read-lines";
import { recordImport } from "./record-import";
import { recordPurchases } from "./record-purchases";
import type { PurchasesReport, RejectedLine } from "./report";
import { tillOf, type Till, type TillRequest } from "./till";
import { enrollInBulk, type ArrivingMember } from "../members/members.bulk";

export interface PurchasesImport extends TillRequest {
  readonly file: string;
  /** IANA zone of the days in the file; `America/New_York` unless given. */
  readonly timeZone?: string;
  readonly progress?: Progress;
  /** How many lines make one statement. */
  readonly batchLines?: number;
}

/**
 * Imports a file of purchases (customer, yyyymmdd, quantity, amount; fields parted by white space) as purchases of one
 * merchant, with its customers as members. A line is known by the file's digest and its number, so that equal lines are
 * different purchases and the same file read twice, packed or plain, changes nothing but the audit log, which names
 * every run.
 *
 * Throws FileRefusal and ImportRefusal, whose messages are for a person. Rejected lines stop nothing.
 */
export async function importPurchases(services: Services, request: PurchasesImport): Promise<PurchasesReport> {
  const progress = request.progress ?? silentProgress;
  const file = await inspectFile(request.file);
  const work = importWork(services);
  const till = await tillOf(work, request);
  const reading = new PurchasesReading(till, new Noons(request.timeZone ?? "America/New_York"), work.now);
  const memberIds = new Map<string, string>();

  progress.begin("Importing purchases", file.lines);
  try {
    for await (const lines of readBatches(file, request.batchLines ?? linesPerBatch)) {
      await storeBatch(services, till, { digest: file.digest, read: reading.read(lines), memberIds });
      progress.advance(lines.length);
    }
  } finally {
    progress.end();
  }
  const { report } = reading;
  const { purchases, customers, items, rejected } = report;
  await recordImport(work, till, {
    action: "importPurchases",
    counts: { purchases, customers, items, rejected: rejected.length },
  });
  return report;
}

interface Batch {
  readonly digest: string;
  readonly read: readonly ReadPurchase[];
  /** The members behind the customer numbers met so far; the batch adds its own. */
  readonly memberIds: Map<string, string>;
}

async function storeBatch(services: Services, till: Till, { digest, read, memberIds }: Batch): Promise<void> {
  const arrival = { partnerId: till.partnerId, locale: "en" } as const;
  const work = { services, now: services.clock() };
  const arrived = await enrollInBulk(work, newcomers(read, memberIds), arrival);
  for (const [number, memberId] of arrived.memberIds) memberIds.set(number, memberId);
  const rows = read.map(({ line, occurredAt, number }) => ({
    memberId: memberIds.get(line.customer) ?? missing(line.customer),
    amountMinor: line.amountMinor,
    quantity: line.quantity,
    occurredAt,
    identity: { digest, line: number },
  }));
  await recordPurchases(services, till, rows);
}

interface ReadPurchase {
  readonly number: number;
  readonly line: PurchaseLine;
  readonly occurredAt: Date;
}

/** Reads lines and keeps what the report says of them. */
class PurchasesReading {
  readonly #customers = new Set<string>();
  readonly #rejected: RejectedLine[] = [];
  #purchases = 0;
  #items = 0;
  #totalMinor = 0n;
  #firstDay: string | null = null;
  #lastDay: string | null = null;

  constructor(
    private readonly till: Till,
    private readonly noons: Noons,
    private readonly now: Date,
  ) {}

  read(lines: readonly Line[]): ReadPurchase[] {
    return lines.flatMap((each) => {
      const read = this.#readOne(each);
      if (typeof read !== "string") return [read];
      this.#rejected.push({ file: "purchases", line: each.number, reason: read });
      return [];
    });
  }

  get report(): PurchasesReport {
    return {
      purchases: this.#purchases,
      customers: this.#customers.size,
      items: this.#items,
      purchaseTotalMinor: this.#totalMinor.toString(),
      currency: this.till.currency,
      firstDay: this.#firstDay,
      lastDay: this.#lastDay,
      rejected: this.#rejected,
    };
  }

  /** The purchase, or the reason why there is none. */
  #readOne({ number, text, problem }: Line): ReadPurchase | string {
    if (problem !== undefined) return problem;
    const parsed = parsePurchaseLine(text, this.till.decimals);
    if (!parsed.ok) return parsed.reason;
    const line = parsed.value;
    const occurredAt = this.noons.of(line.day);
    if (occurredAt > this.now) return `date is ${line.day}, expected a day that is not in the future`;
    this.#customers.add(line.customer);
    this.#purchases += 1;
    this.#items += line.quantity;
    this.#totalMinor += line.amountMinor;
    if (this.#firstDay === null || line.day < this.#firstDay) this.#firstDay = line.day;
    if (this.#lastDay === null || line.day > this.#lastDay) this.#lastDay = line.day;
    return { number, line, occurredAt };
  }
}

/** Customers who were not met in an earlier batch; they joined with their first purchase in the file. */
function newcomers(read: readonly ReadPurchase[], known: ReadonlyMap<string, string>): ArrivingMember[] {
  const joined = new Map<string, Date>();
  for (const { line, occurredAt } of read) {
    if (!known.has(line.customer) && !joined.has(line.customer)) joined.set(line.customer, occurredAt);
  }
  return [...joined].map(([number, joinedAt]) => ({ number, joinedAt }));
}

function missing(customer: string): never {
  throw new Error(`customer ${customer} was enrolled and has no member id`);
}
