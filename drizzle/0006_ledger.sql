CREATE TABLE "alliance"."cash_accounts" (
	"member_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"available_minor" bigint NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "cash_accounts_pkey" PRIMARY KEY("member_id","currency"),
	CONSTRAINT "cash_accounts_not_negative" CHECK ("alliance"."cash_accounts"."available_minor" >= 0),
	CONSTRAINT "cash_accounts_currency" CHECK ("alliance"."cash_accounts"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "alliance"."earning_caps" (
	"member_id" uuid NOT NULL,
	"cap" text NOT NULL,
	"used" bigint NOT NULL,
	"cap_limit" bigint NOT NULL,
	CONSTRAINT "earning_caps_pkey" PRIMARY KEY("member_id","cap"),
	CONSTRAINT "earning_caps_used" CHECK ("alliance"."earning_caps"."used" >= 0 and "alliance"."earning_caps"."cap_limit" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."earning_remainders" (
	"member_id" uuid NOT NULL,
	"program_id" uuid NOT NULL,
	"remainder" bigint NOT NULL,
	"denominator" bigint NOT NULL,
	CONSTRAINT "earning_remainders_pkey" PRIMARY KEY("member_id","program_id"),
	CONSTRAINT "earning_remainders_range" CHECK ("alliance"."earning_remainders"."remainder" >= 0 and "alliance"."earning_remainders"."remainder" < "alliance"."earning_remainders"."denominator")
);
--> statement-breakpoint
CREATE TABLE "alliance"."holds" (
	"member_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"program_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"outstanding" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "holds_pkey" PRIMARY KEY("member_id","sequence"),
	CONSTRAINT "holds_numbers" CHECK ("alliance"."holds"."amount" > 0 and "alliance"."holds"."outstanding" >= 0 and "alliance"."holds"."outstanding" <= "alliance"."holds"."amount")
);
--> statement-breakpoint
CREATE TABLE "alliance"."ledger_entries" (
	"member_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"entry_no" integer NOT NULL,
	"program_id" uuid,
	"currency" text,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount" bigint NOT NULL,
	"lot_no" integer,
	"line" text,
	"issuer_partner_id" uuid,
	"funder_partner_id" uuid,
	"reverses_entry_no" integer,
	"available_after" bigint NOT NULL,
	CONSTRAINT "ledger_entries_pkey" PRIMARY KEY("member_id","sequence","entry_no")
);
--> statement-breakpoint
CREATE TABLE "alliance"."ledger_heads" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"lot_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."lots" (
	"member_id" uuid NOT NULL,
	"lot_no" integer NOT NULL,
	"program_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"kind" text NOT NULL,
	"issued" bigint NOT NULL,
	"pending" bigint NOT NULL,
	"available" bigint NOT NULL,
	"held" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"pending_until" timestamp (3) with time zone,
	"terms" text,
	"caps" text[] NOT NULL,
	"is_open" boolean NOT NULL,
	CONSTRAINT "lots_pkey" PRIMARY KEY("member_id","lot_no"),
	CONSTRAINT "lots_not_negative" CHECK ("alliance"."lots"."pending" >= 0 and "alliance"."lots"."available" >= 0 and "alliance"."lots"."held" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."points_in_transit" (
	"member_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"receiver_id" uuid NOT NULL,
	"state" text NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "points_in_transit_pkey" PRIMARY KEY("member_id","sequence"),
	CONSTRAINT "points_in_transit_state_known" CHECK ("alliance"."points_in_transit"."state" in ('SENT', 'ARRIVED', 'RETURNED'))
);
--> statement-breakpoint
CREATE TABLE "alliance"."source_references" (
	"source_reference" text PRIMARY KEY NOT NULL,
	"member_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"claimed_at" timestamp (3) with time zone,
	"confirmed_at" timestamp (3) with time zone,
	CONSTRAINT "source_references_one_instant" CHECK (("alliance"."source_references"."claimed_at" is null) <> ("alliance"."source_references"."confirmed_at" is null))
);
--> statement-breakpoint
CREATE TABLE "alliance"."transfers" (
	"member_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"command" text NOT NULL,
	"program_id" uuid,
	"idempotency_key" text NOT NULL,
	"input_hash" "bytea" NOT NULL,
	"refers_to" bigint,
	"counterparty_id" uuid,
	"merchant_id" uuid,
	"outlet_id" uuid,
	"shift" text,
	"channel" text,
	"cause_kind" text NOT NULL,
	"cause_id" text NOT NULL,
	"source_reference" text,
	"price_version" text,
	"actor" text NOT NULL,
	"approver" text,
	"reason" text,
	"amount" bigint NOT NULL,
	"product" bigint,
	"remainder" bigint,
	"remainder_of" bigint,
	"shortfall" bigint NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"event_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "transfers_pkey" PRIMARY KEY("member_id","sequence"),
	CONSTRAINT "transfers_idempotency_key" UNIQUE("member_id","idempotency_key")
);
--> statement-breakpoint
ALTER TABLE "alliance"."accounts" ADD COLUMN "last_moved_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "alliance"."accounts" SET "last_moved_at" = "opened_at";--> statement-breakpoint
ALTER TABLE "alliance"."accounts" ALTER COLUMN "last_moved_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."ledger_heads" ADD CONSTRAINT "ledger_heads_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "holds_by_expiry" ON "alliance"."holds" USING btree ("expires_at","member_id") WHERE "alliance"."holds"."outstanding" > 0;--> statement-breakpoint
CREATE INDEX "lots_open" ON "alliance"."lots" USING btree ("member_id","program_id","expires_at","lot_no") WHERE "alliance"."lots"."is_open";--> statement-breakpoint
CREATE INDEX "lots_by_expiry" ON "alliance"."lots" USING btree ("expires_at","member_id") WHERE "alliance"."lots"."is_open" and "alliance"."lots"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "lots_by_release" ON "alliance"."lots" USING btree ("pending_until","member_id") WHERE "alliance"."lots"."pending" > 0 and "alliance"."lots"."pending_until" is not null;--> statement-breakpoint
CREATE INDEX "points_in_transit_open" ON "alliance"."points_in_transit" USING btree ("sent_at","member_id") WHERE "alliance"."points_in_transit"."state" = 'SENT';--> statement-breakpoint
CREATE INDEX "source_references_open" ON "alliance"."source_references" USING btree ("claimed_at") WHERE "alliance"."source_references"."confirmed_at" is null;--> statement-breakpoint
CREATE INDEX "transfers_by_reference" ON "alliance"."transfers" USING btree ("member_id","refers_to") WHERE "alliance"."transfers"."refers_to" is not null;--> statement-breakpoint
CREATE INDEX "transfers_by_outlet" ON "alliance"."transfers" USING btree ("outlet_id","recorded_at") WHERE "alliance"."transfers"."outlet_id" is not null;