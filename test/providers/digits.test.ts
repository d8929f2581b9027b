import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receive } from "../../functions/delivery/receive.ts";
import type { Observation } from "../../functions/inbox/observation.ts";
import { drive } from "../../functions/polling/drive.ts";
import { tryRow } from "../../functions/polling/odd.ts";
import type { Provider } from "../../functions/provider.ts";
import caminvoice from "../../functions/providers/caminvoice/provider.ts";
import { poll } from "../../functions/providers/dealpos/poll.ts";
import dealpos from "../../functions/providers/dealpos/provider.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import marosa from "../../functions/providers/marosa/provider.ts";
import photon from "../../functions/providers/photon/provider.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";
import { readText } from "../support/examples.ts";
import { messageIn } from "../support/image.ts";

const payment =
	'"ID":"p","InvoiceID":"i","Outlet":"o","Number":"n","Method":"m","Date":"2020-07-01","Created":"2020-07-01","Creator":"c"';
const session =
	'"session_id":"s","event_name":"ENRICHMENT_NOTIFICATION","accounts":[]';

interface Case {
	provider: Provider;
	path?: Record<string, string>;
	/** around a number, or a text */
	body: (number: string) => string;
	/** one member's text besides, wherever it stands */
	alike?: (number: string) => string;
}

const cases: Record<string, Case> = {
	"a product's ID": {
		provider: dealpos,
		path: { group: "product", event: "created" },
		body: (n) => `{"ID":${n},"Name":"x"}`,
		alike: (n) => `{ "Name": "\\u0078", "ID": ${n} }`,
	},
	"an invoice's total": {
		provider: dealpos,
		path: { group: "invoice", event: "updated" },
		body: (n) => `{"ID":"i","Gross":${n}}`,
		alike: (n) => `{"Gross" :${n}, "ID":"i"}`,
	},
	"a payment's amount": {
		provider: dealpos,
		path: { group: "payment", event: "updated" },
		body: (n) => `{${payment},"Amount":${n}}`,
		alike: (n) => `{"Amount": ${n} ,${payment}}`,
	},
	"a customer without an ID": {
		provider: dealpos,
		path: { group: "customer", event: "created" },
		body: (n) => `{"Code":${n},"Name":"x"}`,
		alike: (n) => `{"Name":"x","Code":${n}}`,
	},
	"a written-off payment": {
		provider: dealpos,
		path: { group: "payment", event: "writeoff" },
		body: (n) => `{${payment},"Amount":${n}}`,
		alike: (n) => `{"Amount":${n},${payment}}`,
	},
	"a group nobody declared": {
		provider: dealpos,
		path: { group: "sales-order", event: "created" },
		body: (n) => `{"Amount":${n},"Number":"x"}`,
		alike: (n) => `{"Number":"x","Amount":${n}}`,
	},
	"a type that caminvoice never named": {
		provider: caminvoice,
		body: (n) => `{"type":"DOCUMENT.NEW","number":${n}}`,
		alike: (n) => `{"number":${n},"type":"DOCUMENT.NEW"}`,
	},
	"a session": {
		provider: finbox,
		body: (n) => `{${session},"balance":${n}}`,
		alike: (n) => `{"balance":${n},${session}}`,
	},
	"a type that marosa never named": {
		provider: marosa,
		body: (n) => `{"eventType":"NEW","number":${n}}`,
		alike: (n) => `{"number":${n},"eventType":"NEW"}`,
	},
	"a photon document without a key": {
		provider: photon,
		body: (n) => `{"data":{"Total":1},"ID":${n}}`,
		alike: (n) => `{"ID":${n},"data":{"Total":1}}`,
	},
};

const pairs = [
	["9007199254740993", "9007199254740992"],
	["0.1", "0.1000000000000000000001"],
	["12345678901234567890.10", "12345678901234567890.11"],
] as const;

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	async function open({ provider, path }: Case) {
		const { endpoint, table } = await openEndpoint(cloud, provider);
		const byReference = async () => undefined;
		const watches = { byReference, start: async () => ({ known: false }) };
		return {
			table,
			send: async (body: string) => {
				const sent = delivery(body, { path });
				return (await receive(sent, { ...endpoint, watches })).outcome;
			},
		};
	}

	test.each(Object.entries(cases))(
		"two deliveries that differ in a digit only are two events: %s",
		async (_, one) => {
			const { send, table } = await open(one);
			for (const [first, second] of pairs) {
				const outcomes = [];
				for (const number of [first, second, first])
					outcomes.push(await send(one.body(number)));
				expect([first, ...outcomes.slice(0, 2)]).toEqual([
					first,
					"accepted",
					"accepted",
				]);
			}
			const subjects = (await eventsOf(cloud, table)).map(({ id }) => id);
			expect(new Set(subjects).size).toBeGreaterThanOrEqual(pairs.length * 2);
		},
	);

	test.each(Object.entries(cases).filter(([, { alike }]) => alike))(
		"the same in another order and spelling is one: %s",
		async (_, one) => {
			const { send, table } = await open(one);
			for (const [number] of pairs) {
				expect(await send(one.body(number))).toBe("accepted");
				expect(await send(one.alike?.(number) ?? "")).toBe("duplicate");
			}
			expect(await eventsOf(cloud, table)).toHaveLength(pairs.length);
		},
	);

	test("a body that says not what it is goes on to the last digit", async () => {
		const path = { group: "sales-order", event: "created" };
		const { endpoint, table } = await openEndpoint(cloud, dealpos);
		const body = '{ "Amount":12345678901234567890.10,"x":1e400, "y":1.50 }';
		await receive(delivery(body, { path }), endpoint);
		const [record] = await cloud.stream(table);
		expect(messageIn(record?.dynamodb?.NewImage)).toContain(
			`"data":{"group":"sales-order","event":"created","body":${body}}}`,
		);
	});

	test("subjects that differ in half a pair are two", async () => {
		const one = { provider: caminvoice, body: () => "" };
		const { send, table } = await open(one);
		const halves = ["\\ud800", "\\ud801", "\\udc00", ""];
		for (const half of halves) {
			const body = `{"type":"DOCUMENT.STATUS_UPDATED","document_id":"d${half}","endpoint_id":"e","status":"PAID"}`;
			expect([half, await send(body)]).toEqual([half, "accepted"]);
			expect([half, await send(body)]).toEqual([half, "duplicate"]);
		}
		const subjects = (await eventsOf(cloud, table)).map(
			({ subject }) => subject,
		);
		expect(subjects).toEqual(halves.map((half) => JSON.parse(`"d${half}"`)));
	});

	test("a body is taken however deep it is, also where only its content names it", async () => {
		const { send } = await open({ provider: photon, body: () => "" });
		const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
		const data = `"data":{"Line_Items":null,"x":${deep}}`;
		for (const body of [`{${data},"ID":"nobody's"}`, `{${data}}`]) {
			expect(await send(body)).toBe("accepted");
			expect(await send(body)).toBe("duplicate");
		}
	});
});

test("a payment that is listed is the one that was sent, to the last digit", async () => {
	const numbers = ["33333.333333333333333333333333", "1e2", "9007199254740993"];
	const listed = numbers.map((n) => `{${payment},"Amount":${n}}`);
	const bare = listed.map((text) => text.replaceAll('"Outlet":"o",', ""));
	const text = `[{"Outlet" : "o","Payments":[${bare.join()}]}]`;
	const sentAt = new Date("2020-07-02T00:00:00Z");
	const pages = poll.list?.pass(
		{ name: "payments" },
		{
			now: sentAt,
			settings: {},
			call: async () => {
				const json = JSON.parse(text);
				return { status: 200, headers: {}, json, text, sentAt };
			},
			remembered: async () => new Set(),
			tryRow,
		},
	);
	const found: Observation[] = [];
	if (!pages) throw new Error("DealPOS has a list.");
	await drive(pages, async ({ sightings }) => {
		found.push(...sightings.flatMap(({ observations }) => observations));
		return sightings.map(() => true);
	});
	const path = { group: "payment", event: "updated" };
	const sent = listed.map((one) => readText(dealpos, one, path));
	expect(sent).toMatchObject(
		found.map(({ identity }) => ({ event: { identity } })),
	);
	for (const [index, number] of numbers.entries())
		expect(found[index]?.text).toContain(`"Amount":${number}`);
});
