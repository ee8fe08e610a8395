CREATE TABLE "alliance"."encoded_members" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"encoding" "bytea" NOT NULL,
	"born_on" date,
	"alias_ids" uuid[] NOT NULL,
	"lapses_at" timestamp (3) with time zone,
	"pending" boolean NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."fact_keys" (
	"number" integer PRIMARY KEY NOT NULL,
	"fact" text NOT NULL,
	"choice" text,
	CONSTRAINT "fact_keys_key" UNIQUE NULLS NOT DISTINCT("fact","choice"),
	CONSTRAINT "fact_keys_number_positive" CHECK ("alliance"."fact_keys"."number" > 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."history_counters" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL,
	"metric" text NOT NULL,
	"period_days" integer NOT NULL,
	"merchant_id" uuid,
	"category_code" text,
	"currency" text,
	"time_zone" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "history_counters_code_shape" CHECK ("alliance"."history_counters"."code" ~ '^[a-z][a-z0-9_]{0,62}$'),
	CONSTRAINT "history_counters_metric_known" CHECK ("alliance"."history_counters"."metric" in ('PURCHASES', 'SPEND')),
	CONSTRAINT "history_counters_period" CHECK ("alliance"."history_counters"."period_days" between 1 and 731),
	CONSTRAINT "history_counters_currency" CHECK ("alliance"."history_counters"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "history_counters_spend_in_currency" CHECK ("alliance"."history_counters"."metric" <> 'SPEND' or "alliance"."history_counters"."currency" is not null),
	CONSTRAINT "history_counters_one_place" CHECK ("alliance"."history_counters"."merchant_id" is null or "alliance"."history_counters"."category_code" is null)
);
--> statement-breakpoint
CREATE TABLE "alliance"."history_days" (
	"member_id" uuid NOT NULL,
	"counter_code" text NOT NULL,
	"day" date NOT NULL,
	"value" bigint NOT NULL,
	CONSTRAINT "history_days_pkey" PRIMARY KEY("member_id","counter_code","day"),
	CONSTRAINT "history_days_not_negative" CHECK ("alliance"."history_days"."value" >= 0)
);
--> statement-breakpoint
ALTER TABLE "alliance"."encoded_members" ADD CONSTRAINT "encoded_members_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."history_counters" ADD CONSTRAINT "history_counters_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "alliance"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."history_counters" ADD CONSTRAINT "history_counters_category_code_merchant_categories_code_fk" FOREIGN KEY ("category_code") REFERENCES "alliance"."merchant_categories"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."history_days" ADD CONSTRAINT "history_days_counter_code_history_counters_code_fk" FOREIGN KEY ("counter_code") REFERENCES "alliance"."history_counters"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."history_days" ADD CONSTRAINT "history_days_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "encoded_members_pending" ON "alliance"."encoded_members" USING btree ("changed_at") WHERE "alliance"."encoded_members"."pending";--> statement-breakpoint
CREATE INDEX "encoded_members_lapsing" ON "alliance"."encoded_members" USING btree ("lapses_at") WHERE "alliance"."encoded_members"."lapses_at" is not null;