import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type Once, once } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import {
	defineProvider,
	type Example,
	type Provider,
} from "../../functions/provider.ts";
import { type DynamoDb, openDynamoDb } from "../../local/engines/dynamodb.ts";
import { contractOf } from "../../testing/contract.ts";
import { openInboxOn } from "../../testing/inbox.ts";

let engine: DynamoDb;
beforeAll(async () => {
	engine = await openDynamoDb();
});
afterAll(() => engine[Symbol.asyncDispose]());

const Paid = z.looseObject({
	id: z.string().min(1).max(1024),
	bill: z.string().min(1).max(1024),
	created: z.number().int().min(0).max(4_000_000_000),
});

const right = defineProvider({
	name: "acme",
	documentation: "https://acme.example/docs/webhooks",
	settings: z.object({ webhookKey: z.string().optional() }),
	proofs: ({ webhookKey }) => equals("x-acme-key", webhookKey),
	path: [],
	answer: { status: "ok" },
	events: { "bill.paid": Paid },
	read({ json }) {
		const { id, bill, created } = Paid.parse(json);
		const time = new Date(created * 1000);
		const identity = once(id);
		return { event: { type: "bill.paid", subject: bill, time, identity } };
	},
});

const example: Example = {
	settings: { webhookKey: "example-key" },
	headers: { "x-acme-key": "example-key" },
	deliveries: ["p-1", "p-2"].map((id) => ({
		title: `payment ${id}`,
		body: { id, bill: "b-1", created: 1_795_262_398 },
		event: { type: "acme.bill.paid", subject: "b-1" },
	})),
};

/** The right one, its events read otherwise. */
function reading(change: (event: Event) => Partial<Event>): Provider {
	return {
		...right,
		read(content) {
			const reading = right.read(content);
			if (!("event" in reading)) throw new Error("it reads events only");
			return { event: { ...reading.event, ...change(reading.event as Event) } };
		},
	};
}

interface Event {
	type: string;
	subject: string;
	time: Date;
	identity: Once;
}

/** What the contract says against a provider, by the name of the law. */
async function complaintsOf(provider: Provider, shown?: Example) {
	const open = () => openInboxOn(engine.endpoint);
	const complaints: Record<string, string> = {};
	for (const { name, run } of contractOf(provider, shown, open))
		await run().catch((error: Error) => {
			complaints[name] = error.message;
		});
	return complaints;
}

test("a right provider keeps every law", async () => {
	expect(await complaintsOf(right, example)).toEqual({});
});

const everywhere = "reads its example into a sound event: payment p-1";

test.each<[string, Provider, law: string, advice: RegExp]>([
	[
		"an identity without a key",
		reading(() => ({ identity: { kind: "once", key: [] } })),
		everywhere,
		/has no key.*give once\(\) the sender's id/,
	],
	[
		"an identity that is the subject's",
		reading(({ subject }) => ({ identity: once(subject) })),
		"reads each example into an event of its own",
		/would be one event.*make it of what tells them apart/,
	],
	[
		"seconds taken for milliseconds",
		reading(({ time }) => ({ time: new Date(time.getTime() / 1000) })),
		everywhere,
		/would be 1970-.*takes milliseconds, and many senders write seconds/,
	],
	[
		"milliseconds taken for seconds",
		reading(({ time }) => ({ time: new Date(time.getTime() * 1000) })),
		everywhere,
		/takes milliseconds/,
	],
	[
		"a secret that no proof checks",
		{
			...right,
			settings: z.object({
				webhookKey: z.string().optional(),
				signingSecret: z.string().optional(),
			}),
		},
		"checks every secret that its settings declare",
		/signingSecret changes no proof.*let proofs\(\) use it/,
	],
	[
		"a secret that no proof checks, and no other",
		{ ...right, proofs: () => [] },
		"checks every secret that its settings declare",
		/webhookKey changes no proof/,
	],
	[
		"a read that throws",
		{
			...right,
			read: ({ json }) => {
				const { id, bill } = json as { id: string; bill: { trim(): string } };
				return {
					event: {
						type: "bill.paid",
						subject: bill.trim(),
						identity: once(id),
					},
				};
			},
		},
		"refuses what it cannot read with a ZodError, and nothing else",
		/TypeError.*parse the body with a schema/,
	],
	[
		"a type that nobody declared",
		reading(() => ({ type: "bill.moved" })),
		everywhere,
		/"bill.moved" is declared by nobody: add it to events/,
	],
	[
		"an empty subject",
		reading(() => ({ subject: "" })),
		everywhere,
		/subject of "bill.paid" is empty.*min\(1\)/,
	],
	[
		"an identity by chance",
		reading(() => ({ identity: once(randomUUID()) })),
		"reads the same body the same way twice",
		/read differently each time.*not of chance or the clock/,
	],
	[
		"a setting that is required",
		{ ...right, settings: z.object({ webhookKey: z.string() }) },
		"needs no setting on a first deploy",
		/webhookKey are required.*make them optional/,
	],
])("catches %s, and says what to do", async (_, provider, law, advice) => {
	const complaints = await complaintsOf(provider, example);
	expect(Object.keys(complaints)).toContain(law);
	expect(complaints[law]).toMatch(advice);
});

test("a provider without an example fails by itself, and nobody else does", async () => {
	const complaints = await complaintsOf({ ...right, name: "bare" });
	expect(Object.keys(complaints)).toEqual(["has an example"]);
	expect(complaints["has an example"]).toMatch(
		/bare has no example\. Put an example\.ts beside its provider\.ts/,
	);
});

test("says which type an example does not show", async () => {
	const more = { ...right, events: { ...right.events, "bill.moved": Paid } };
	expect(await complaintsOf(more, example)).toMatchObject({
		"shows every type of event that it declares": expect.stringContaining(
			"becomes bill.moved: add one",
		),
	});
});
