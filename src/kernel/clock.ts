/** Where "now" comes from. Core code takes the instant as an argument; use cases take it from the context's clock. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
