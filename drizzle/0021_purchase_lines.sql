CREATE TABLE "alliance"."purchase_lines" (
	"member_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"line" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"attributes" jsonb NOT NULL,
	CONSTRAINT "purchase_lines_pkey" PRIMARY KEY("member_id","purchase_id","line"),
	CONSTRAINT "purchase_lines_amount_not_negative" CHECK ("alliance"."purchase_lines"."amount_minor" >= 0)
);
--> statement-breakpoint
ALTER TABLE "alliance"."purchase_lines" ADD CONSTRAINT "purchase_lines_purchase" FOREIGN KEY ("member_id","purchase_id") REFERENCES "alliance"."purchases"("member_id","purchase_id") ON DELETE no action ON UPDATE no action;