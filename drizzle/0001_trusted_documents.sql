CREATE TABLE "alliance"."trusted_documents" (
	"document_id" text PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"operations" text[] NOT NULL,
	"client" text NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone,
	CONSTRAINT "trusted_documents_id" CHECK ("alliance"."trusted_documents"."document_id" = encode(sha256(convert_to("alliance"."trusted_documents"."text", 'UTF8')), 'hex'))
);
