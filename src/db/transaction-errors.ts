/** The connection broke before the commit was sent: nothing of the transaction remains. Safe to repeat. */
export class TransactionLostError extends Error {
  override readonly name = "TransactionLostError";

  constructor(cause?: unknown) {
    super("The connection broke within a transaction; nothing of it was committed.", { cause });
  }
}

/**
 * The connection broke after the commit was sent: the transaction happened whole or not at all. Ask by idempotency key
 * or source reference; never repeat blindly.
 */
export class CommitUnknownError extends Error {
  override readonly name = "CommitUnknownError";

  constructor(cause?: unknown) {
    super("The connection broke at the commit; whether the transaction took place is unknown.", { cause });
  }
}

/** A bug of the caller: a statement that nobody waited for, or a transaction handed out of its function. */
export class TransactionOverError extends Error {
  override readonly name = "TransactionOverError";

  constructor() {
    super("A transaction was used after its function had ended; the statement was not sent.");
  }
}
