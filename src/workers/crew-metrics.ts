import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry, Counter, Gauge, Registry } from "prom-client";
import type { MetricsSource } from "../http/serve-metrics";
import { tell, type Crew } from "./crew";
import type { Counts, FromWorker } from "./messages";

const answerWithinMillis = 3_000;

interface Waiting {
  readonly worker: Worker;
  resolve(counts: Counts | undefined): void;
}

/**
 * What all workers count, as one process would: prom-client adds up counters and histograms, and knows of each gauge
 * whether it is a sum, a maximum or a mean.
 *
 * Its own way to ask the workers is not used. It sums whoever answers, so that the counts of a worker that ended, or was
 * not asked because it has just started, are missing from the sum, and Prometheus takes a counter that falls for one that
 * began anew and counts everything twice. Here the counts of an ended worker stay as they were last told, and a worker
 * that does not answer fails the scrape.
 */
export class CrewMetrics implements MetricsSource {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #own = new Registry();
  readonly #told = new Map<Worker, Counts>();
  readonly #waiting = new Map<number, Waiting>();
  #ofEnded: Counts[] = [];
  #requests = 0;

  constructor(private readonly crew: Crew) {
    const registers = [this.#own];
    new Gauge({
      name: "alliance_workers_serving",
      help: "Worker processes that serve.",
      registers,
      collect() {
        this.set(crew.serving.length);
      },
    });
    new Counter({
      name: "alliance_workers_replaced_total",
      help: "Worker processes that were started because another one had ended.",
      registers,
      collect() {
        this.reset();
        this.inc(crew.replaced);
      },
    });
    cluster.on("message", (_worker, message: FromWorker) => {
      if (message.kind === "counted") this.#waiting.get(message.request)?.resolve(message.counts);
    });
    cluster.on("exit", (worker) => this.#ended(worker));
  }

  async metrics(): Promise<string> {
    await Promise.all(this.crew.serving.map((worker) => this.#ask(worker)));
    // Those that ended are kept as one, however many they become.
    this.#ofEnded = [await summed(this.#ofEnded).getMetricsAsJSON()];
    const ofAll = summed([...this.#told.values(), ...this.#ofEnded]);
    return `${await this.#own.metrics()}\n${await ofAll.metrics()}`;
  }

  async #ask(worker: Worker): Promise<void> {
    const request = (this.#requests += 1);
    let timer: NodeJS.Timeout | undefined;
    try {
      const counts = await new Promise<Counts | undefined>((resolve, reject) => {
        this.#waiting.set(request, { worker, resolve });
        timer = setTimeout(() => reject(new Error("a worker did not tell its counts in time")), answerWithinMillis);
        tell(worker, { kind: "count", request });
      });
      if (counts) this.#told.set(worker, counts);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(request);
    }
  }

  #ended(worker: Worker): void {
    for (const waiting of this.#waiting.values()) if (waiting.worker === worker) waiting.resolve(undefined);
    const counts = this.#told.get(worker);
    this.#told.delete(worker);
    if (counts) this.#ofEnded.push(counts.filter(isCount));
  }
}

function summed(counts: readonly Counts[]): Registry {
  return AggregatorRegistry.aggregate([...counts]);
}

/** Gauges are of the present, which an ended worker has none of. prom-client's types say numbers and its values are words. */
function isCount({ type }: Counts[number]): boolean {
  return ["counter", "histogram"].includes(String(type));
}
