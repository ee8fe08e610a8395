/** Every table of the product in one place: what drizzle-kit generates migrations from. */
export * from "./schemas";
export * from "../merchants/merchants.tables";
export * from "../members/members.tables";
export * from "../programs/programs.tables";
export * from "../ledger/ledger.tables";
export * from "../wallet/wallet.tables";
export * from "../tags/tags.tables";
export * from "../facts/facts.tables";
export * from "../purchases/purchases.tables";
export * from "../publishing/publishing.tables";
export * from "../offers/offers.tables";
export * from "../audiences/audiences.tables";
export * from "../simulations/simulations.tables";
export * from "../audit/audit.tables";
export * from "../events/events.tables";
export * from "../auth/auth.tables";
export * from "../documents/documents.tables";
