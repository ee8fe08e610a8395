import { insertCompletions, insertDeliveries, markDeliveriesViewed } from "../offers/insert-deliveries";
import { instantOfHour } from "./core/rewards-epoch";
import { parseTranscriptLine, type KnownNames } from "./core/rewards-event";
import { referenceOf } from "./core/line-identity";
import type { ReplayedBatch, RewardsReplay } from "./core/rewards-replay";
import type { ImportedOffer } from "./import-portfolio";
import type { InputFile } from "./read-lines";
import { importSource, recordPurchases } from "./record-purchases";
import { eachBatch, type Run } from "./run";
import type { Till } from "./till";

/** What the transcript's lines refer to, and who replays them. */
export interface Recording {
  readonly till: Till;
  readonly offers: ReadonlyMap<string, ImportedOffer>;
  /** Member ids by the app's ids. */
  readonly people: ReadonlyMap<string, string>;
  readonly replay: RewardsReplay;
}

/** Stores deliveries, views and purchases of a transcript, and the completions that follow from them. */
export async function importTranscript(run: Run, file: InputFile, recording: Recording): Promise<void> {
  const { till, offers, people, replay } = recording;
  const known: KnownNames = { isPerson: (id) => people.has(id), isOffer: (code) => offers.has(code) };
  await eachBatch(
    run,
    { ...file, name: "transcript", label: "Importing events" },
    (text) => parseTranscriptLine(text, till.decimals, known),
    async (lines) => {
      const events = lines.map(({ number, value: event }) => ({
        event,
        identity: { digest: file.digest, line: number },
        occurredAt: instantOfHour(event.hour),
      }));
      await storeBatch(run, recording, replay.replay(events));
    },
  );
}

async function storeBatch(run: Run, { till, offers, people }: Recording, batch: ReplayedBatch): Promise<void> {
  const { services, database } = run.work;
  const recordedAt = services.clock();
  const memberIdOf = (personId: string) => known(people, personId);
  const offerOf = (code: string) => known(offers, code);
  await insertDeliveries(
    database.app,
    batch.deliveries.map(({ personId, offerCode, identity, ...delivery }) => ({
      ...delivery,
      memberId: memberIdOf(personId),
      offerId: offerOf(offerCode).offerId,
      offerVersion: offerOf(offerCode).version,
      channel: null,
      viewedAt: null,
      recordedAt,
      source: importSource,
      sourceReference: referenceOf(identity),
    })),
  );
  // Views come apart from the deliveries: one of this batch may belong to a delivery that an earlier batch, or an
  // earlier run that was killed, has written already.
  await markDeliveriesViewed(
    database.app,
    batch.views.map(({ personId, deliveryId, viewedAt }) => ({ memberId: memberIdOf(personId), deliveryId, viewedAt })),
  );
  await recordPurchases(
    services,
    till,
    batch.purchases.map(({ personId, amountMinor, occurredAt, identity }) => ({
      memberId: memberIdOf(personId),
      amountMinor,
      quantity: null,
      occurredAt,
      identity,
    })),
  );
  await insertCompletions(
    database.app,
    batch.completions.map(({ personId, delivery, purchaseId, completedAt }) => ({
      memberId: memberIdOf(personId),
      deliveryId: delivery.deliveryId,
      offerId: offerOf(delivery.offerCode).offerId,
      purchaseId,
      recordedWith: purchaseId,
      rewardMinor: delivery.rewardMinor,
      currency: delivery.currency,
      completedAt,
      recordedAt,
    })),
  );
}

/** Good lines name only what the other two files brought. */
function known<Value>(all: ReadonlyMap<string, Value>, key: string): Value {
  const value = all.get(key);
  if (value === undefined) throw new Error(`a good line names ${key}, which is not known`);
  return value;
}
