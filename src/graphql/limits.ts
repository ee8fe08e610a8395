import { GraphQLArmorConfig } from "@escape.tech/graphql-armor-types";
