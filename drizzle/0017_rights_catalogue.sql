CREATE TABLE "alliance"."benefits" (
	"item_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"partner_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"published_at" timestamp (3) with time zone,
	"name" jsonb NOT NULL,
	CONSTRAINT "benefits_code_key" UNIQUE("code"),
	CONSTRAINT "benefits_state_known" CHECK ("alliance"."benefits"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')),
	CONSTRAINT "benefits_published" CHECK ("alliance"."benefits"."state" not in ('PUBLISHED', 'PAUSED') or "alliance"."benefits"."published_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "alliance"."rights_packages" (
	"item_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"partner_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"published_at" timestamp (3) with time zone,
	"name" jsonb NOT NULL,
	CONSTRAINT "rights_packages_code_key" UNIQUE("code"),
	CONSTRAINT "rights_packages_state_known" CHECK ("alliance"."rights_packages"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')),
	CONSTRAINT "rights_packages_published" CHECK ("alliance"."rights_packages"."state" not in ('PUBLISHED', 'PAUSED') or "alliance"."rights_packages"."published_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "alliance"."card_products" (
	"item_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"partner_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"published_at" timestamp (3) with time zone,
	"name" jsonb NOT NULL,
	CONSTRAINT "card_products_code_key" UNIQUE("code"),
	CONSTRAINT "card_products_state_known" CHECK ("alliance"."card_products"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')),
	CONSTRAINT "card_products_published" CHECK ("alliance"."card_products"."state" not in ('PUBLISHED', 'PAUSED') or "alliance"."card_products"."published_at" is not null)
);
--> statement-breakpoint
ALTER TABLE "alliance"."versions" DROP CONSTRAINT "versions_kind_known";--> statement-breakpoint
ALTER TABLE "alliance"."benefits" ADD CONSTRAINT "benefits_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."rights_packages" ADD CONSTRAINT "rights_packages_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."card_products" ADD CONSTRAINT "card_products_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "benefits_by_partner" ON "alliance"."benefits" USING btree ("partner_id","item_id");--> statement-breakpoint
CREATE INDEX "rights_packages_by_partner" ON "alliance"."rights_packages" USING btree ("partner_id","item_id");--> statement-breakpoint
CREATE INDEX "card_products_by_partner" ON "alliance"."card_products" USING btree ("partner_id","item_id");--> statement-breakpoint
ALTER TABLE "alliance"."versions" ADD CONSTRAINT "versions_kind_known" CHECK ("alliance"."versions"."kind" in ('OFFER', 'AUDIENCE', 'BENEFIT', 'RIGHTS_PACKAGE', 'CARD_PRODUCT'));