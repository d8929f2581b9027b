import { expect, test } from "vitest";
import * as z from "zod";
import { once } from "../functions/inbox/identity.ts";
import { elementsOf } from "../functions/inbox/json-text.ts";
import type { Observation } from "../functions/inbox/observation.ts";
import { equals } from "../functions/proofs/equals.ts";
import { hmac } from "../functions/proofs/hmac.ts";
import {
	byContent,
	type Content,
	defineProvider,
	openType,
	type Provider,
} from "../functions/provider.ts";

const id = z.string().min(1).max(1024);
const common = {
	documentation: "https://vendor.example",
	path: [],
	answer: { status: "ok" },
} as const;
const secret = z.object({ webhookSecret: z.string().optional() });

/** What a provider makes of a body, its events by type and subject. */
function readAs(
	provider: Provider,
	body: unknown,
	more: Partial<Content> = {},
) {
	const text = JSON.stringify(body);
	const content = { json: body, text, query: {}, headers: {}, path: {} };
	const reading = provider.read({ ...content, ...more });
	const said = ({ type, subject }: Observation) => `${type} of ${subject}`;
	if ("event" in reading) return said(reading.event);
	if (!("events" in reading)) return reading;
	return reading.events.map((text) =>
		said(reading.each({ json: JSON.parse(text), text })),
	);
}

test("the compiler finds a type of event that is not declared, however it is read", () => {
	const event = <const Type extends string>(type: Type) => ({
		type,
		subject: "s",
		identity: once("k"),
	});
	const declared = {
		...common,
		name: "acme",
		settings: z.object({}),
		proofs: () => [],
		events: { paid: z.unknown(), unrecognized: z.unknown() },
	};
	const right = defineProvider({
		...declared,
		read: ({ text }) => ({ event: byContent("unrecognized", text) }),
	});
	// @ts-expect-error "moved" is declared by nobody
	defineProvider({ ...declared, read: () => ({ event: event("moved") }) });
	defineProvider({
		...declared,
		// @ts-expect-error nor is it among several
		read: () => ({ events: [], each: () => event("moved") }),
	});
	defineProvider({
		...declared,
		// @ts-expect-error nor where it is looked up
		read: () => ({ lookup: "r", found: () => event("moved") }),
	});
	const open = defineProvider({
		...declared,
		events: { "*": z.unknown(), unrecognized: z.unknown() },
		read: () => ({ event: event(openType("moved")) }),
	});
	expect(readAs(open, {})).toBe("moved of s");
	expect(right.events).toHaveProperty("paid");
});

test("the compiler finds an identity without a key", () => {
	// @ts-expect-error every event of one subject would be the first
	expect(once().key).toEqual([]);
});

// what follows is declared without a special case; their formats are what is remembered of the vendors' pages, none was tried

test("GoCardless: many events in one signed body", () => {
	const Event = z.looseObject({
		id,
		created_at: z.iso.datetime({ offset: true }),
		resource_type: z.string(),
		action: z.string(),
		links: z.record(z.string(), z.string()),
	});
	const provider = defineProvider({
		...common,
		name: "gocardless",
		settings: secret,
		proofs: ({ webhookSecret }) =>
			hmac({
				secrets: [webhookSecret],
				signature: { header: "webhook-signature" },
			}),
		events: { "*": Event, unrecognized: z.unknown() },
		read: ({ json, text }) => {
			z.looseObject({ events: z.array(z.unknown()) }).parse(json);
			return {
				events: elementsOf(text, "events"),
				each: ({ json }) => {
					const event = Event.parse(json);
					return {
						type: openType(`${event.resource_type}.${event.action}`),
						subject: Object.values(event.links)[0] || event.id,
						time: new Date(event.created_at),
						identity: once(event.id),
					};
				},
			};
		},
	});
	const confirmed = {
		id: "EV1",
		created_at: "2026-11-21T12:00:00.000Z",
		resource_type: "payments",
		action: "confirmed",
		links: { payment: "PM1" },
	};
	const other = { ...confirmed, id: "EV2", links: { payment: "PM2" } };
	expect(readAs(provider, { events: [confirmed, other] })).toEqual([
		"payments.confirmed of PM1",
		"payments.confirmed of PM2",
	]);
});

test("QuickBooks: an array of CloudEvents, of a sender that refusals hold up", () => {
	const Event = z.looseObject({
		id,
		type: z.string(),
		time: z.iso.datetime({ offset: true }),
		intuitentityid: id,
	});
	const provider = defineProvider({
		...common,
		name: "quickbooks",
		settings: secret,
		proofs: ({ webhookSecret }) =>
			hmac({
				secrets: [webhookSecret],
				encoding: "base64",
				signature: { header: "intuit-signature" },
			}),
		unreadable: 200,
		events: { "*": Event, unrecognized: z.unknown() },
		read: ({ json, text }) => {
			z.array(z.unknown()).parse(json);
			return {
				events: elementsOf(text),
				each: ({ json }) => {
					const event = Event.parse(json);
					return {
						type: openType(event.type),
						subject: event.intuitentityid,
						time: new Date(event.time),
						identity: once(event.id),
					};
				},
			};
		},
	});
	const created = {
		id: "88cd52aa",
		type: "qbo.customer.created.v1",
		time: "2026-11-21T12:00:00Z",
		intuitentityid: "1234",
	};
	expect(readAs(provider, [created])).toEqual([
		"qbo.customer.created.v1 of 1234",
	]);
});

test("Xero: a handshake without events, answered 401 where its signature is wrong", () => {
	const Event = z.looseObject({
		resourceId: id,
		eventCategory: z.string(),
		eventType: z.string(),
		eventDateUtc: z.string(),
	});
	const provider = defineProvider({
		...common,
		name: "xero",
		settings: secret,
		proofs: ({ webhookSecret }) =>
			hmac({
				secrets: [webhookSecret],
				encoding: "base64",
				signature: { header: "x-xero-signature" },
			}),
		events: { "*": Event, unrecognized: z.unknown() },
		read: ({ json, text }) => {
			z.looseObject({ events: z.array(z.unknown()) }).parse(json);
			return {
				// none: it tries whether the signature is checked
				events: elementsOf(text, "events"),
				each: ({ json }) => {
					const event = Event.parse(json);
					const { resourceId, eventType, eventDateUtc } = event;
					return {
						type: openType(`${event.eventCategory}.${eventType}`),
						subject: resourceId,
						identity: once(resourceId, eventType, eventDateUtc),
					};
				},
			};
		},
	});
	expect(readAs(provider, { events: [], entropy: "S0m3" })).toEqual([]);
});

test("Mollie: a form that names what is to be fetched, signed by nobody", () => {
	const Payment = z.looseObject({ id, status: z.string() });
	const provider = defineProvider({
		...common,
		name: "mollie",
		settings: z.object({}),
		proofs: () => [],
		forms: true,
		events: { "payment.changed": Payment, unrecognized: z.unknown() },
		read: ({ json }) => ({
			watch: { subject: z.looseObject({ id }).parse(json).id },
		}),
		poll: {
			settings: z.object({ apiKey: z.string().optional() }),
			everyMinutes: 1,
			needs: ["apiKey"],
			url: () => "https://api.mollie.com",
			headers: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
			requests: { payment: "GET /v2/payments/{id}" },
			brings: { "payment.changed": [] },
			budget: { requests: 60, seconds: 60 },
			watches: {
				kinds: ["payment"],
				subject: id,
				firstSeconds: 60,
				longestSeconds: 3600,
				async *ask({ subject }, { call }) {
					const { json, text, sentAt } = await call("payment", {
						path: { id: subject },
					});
					const { status } = Payment.parse(json);
					const identity = once(subject, status);
					const event = { type: "payment.changed", subject, identity, text };
					yield { sightings: [{ observations: [event], observedAt: sentAt }] };
					return status === "open" ? "waiting" : "finished";
				},
			},
		},
	});
	expect(readAs(provider, { id: "tr_1" })).toEqual({
		watch: { subject: "tr_1" },
	});
});

test("Xendit: a token in a header, and the id in another", () => {
	const Invoice = z.looseObject({ id, status: z.string() });
	const provider = defineProvider({
		...common,
		name: "xendit",
		settings: z.object({ webhookToken: z.string().optional() }),
		proofs: ({ webhookToken }) => equals("x-callback-token", webhookToken),
		headers: ["webhook-id"],
		events: { invoice: Invoice, unrecognized: z.unknown() },
		read: ({ json, headers }) => {
			const { "webhook-id": key } = z
				.object({ "webhook-id": id })
				.parse(headers);
			const { id: subject } = Invoice.parse(json);
			return { event: { type: "invoice", subject, identity: once(key) } };
		},
	});
	const headers = { "webhook-id": "w-1" };
	expect(readAs(provider, { id: "i-1", status: "PAID" }, { headers })).toBe(
		"invoice of i-1",
	);
});
