import { afterAll, beforeAll, describe, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { type DynamoDb, openDynamoDb } from "../../local/engines/dynamodb.ts";
import { contractOf } from "../../testing/contract.ts";
import { openInboxOn } from "../../testing/inbox.ts";
import { findExample } from "../support/examples.ts";

let engine: DynamoDb;
beforeAll(async () => {
	engine = await openDynamoDb();
});
afterAll(() => engine[Symbol.asyncDispose]());

describe.each(providers.map((provider) => [provider.name, provider] as const))(
	"%s",
	(_, provider) => {
		const open = () => openInboxOn(engine.endpoint);
		const cases = contractOf(provider, findExample(provider), open);
		test.each(cases)("$name", ({ run }) => run());
	},
);
