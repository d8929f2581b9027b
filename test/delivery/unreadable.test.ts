import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { receive } from "../../functions/delivery/receive.ts";
import { once } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import { defineProvider } from "../../functions/provider.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";

const Moved = z.looseObject({ id: z.string().min(1) });

const touchy = defineProvider({
	name: "touchy",
	documentation: "https://touchy.example/docs",
	settings: z.object({ webhookKey: z.string().optional() }),
	proofs: ({ webhookKey }) => equals("x-key", webhookKey),
	path: [],
	answer: { status: "ok" },
	unreadable: 200,
	events: { moved: Moved },
	read({ json }) {
		const { id } = Moved.parse(json);
		return { event: { type: "moved", subject: id, identity: once(id) } };
	},
});

type Send = (body: string) => Promise<number>;

/** Sends in order, and nothing more until what it sends is acknowledged. */
async function holdBack(bodies: readonly string[], send: Send) {
	const waiting = [...bodies];
	while (waiting[0] !== undefined && (await send(waiting[0])) === 200)
		waiting.shift();
	return waiting;
}

/** Removes the subscription after eight refusals in a row, trying each delivery again. */
async function unsubscribe(bodies: readonly string[], send: Send) {
	let refusals = 0;
	for (const [index, body] of bodies.entries())
		while ((await send(body)) !== 200)
			if (++refusals === 8) return bodies.slice(index);
	return [];
}

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const bodies = ['{"id":"1"}', '{"id":', '{"id":2}', '{"id":"3"}'];

describe.each([
	["holds back what follows", holdBack],
	["unsubscribes after refusals", unsubscribe],
])("a sender that %s", (_, sendAll) => {
	test("is neither delayed nor lost by what cannot be read, where its provider answers 200", async () => {
		const { endpoint, table } = await openEndpoint(cloud, touchy);
		const outcomes: string[] = [];
		const left = await sendAll(bodies, async (body) => {
			const { status, outcome } = await receive(delivery(body), endpoint);
			outcomes.push(outcome);
			return status;
		});
		expect(left).toEqual([]);
		expect(outcomes).toEqual([
			"accepted",
			"quarantined",
			"quarantined",
			"accepted",
		]);
		expect(await eventsOf(cloud, table)).toHaveLength(2);
	});

	test("is, where it answers 400 and 422", async () => {
		const { unreadable: _, ...strict } = touchy;
		const { endpoint } = await openEndpoint(cloud, strict);
		const left = await sendAll(
			bodies,
			async (body) => (await receive(delivery(body), endpoint)).status,
		);
		expect(left).toEqual(bodies.slice(1));
	});
});

test("a wrong proof is refused all the same", async () => {
	const { endpoint } = await openEndpoint(cloud, touchy, { webhookKey: "k" });
	expect(await receive(delivery('{"id":"1"}'), endpoint)).toMatchObject({
		status: 401,
	});
});
