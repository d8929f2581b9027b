import { deepEqual, equal, fail } from "node:assert/strict";
import * as z from "zod";
import type { Answer } from "../functions/delivery/answer.ts";
import type { Delivery } from "../functions/delivery/delivery.ts";
import type { Endpoint } from "../functions/delivery/endpoint.ts";
import { receive } from "../functions/delivery/receive.ts";
import { newTraceparent } from "../functions/inbox/traceparent.ts";
import type {
	Example,
	ExampleDelivery,
	Provider,
} from "../functions/provider.ts";
import { readSecret, webhookSecret } from "../functions/secret.ts";
import type { ContractCase } from "./case.ts";
import type { TrialInbox } from "./inbox.ts";
import { signedExample } from "./signed-example.ts";

const token = "T".repeat(43);
const receivedAt = new Date("2026-11-21T12:00:00.000Z");

/** What is answered to a provider's deliveries, and recorded of them, in a real inbox. */
export function deliveryCases(
	provider: Provider,
	example: Example,
	open: () => Promise<TrialInbox>,
): ContractCase[] {
	const events = example.deliveries.filter(({ event }) => event !== undefined);
	return [
		...events.map((one) => ({
			name: `records its example: ${one.title}`,
			run: () => records(one),
		})),
		{
			name: "answers a redelivery of each example and records nothing",
			run: answersAgain,
		},
		{
			name: "refuses a stranger before it reads the body",
			run: refusesStrangers,
		},
		{
			name: "asks for the proof that its settings require",
			run: asksForProof,
		},
		{
			name: "takes a delivery without a proof while nobody has configured one",
			run: takesUnproven,
		},
		{ name: "keeps what it cannot read", run: keepsUnread },
	];

	async function records(one: ExampleDelivery): Promise<void> {
		await using trial = await open();
		const answer = await receive(signed(one), endpointOn(trial));
		expectAnswer(answer, { status: 200, outcome: "accepted" });
		const [event, ...others] = await trial.events();
		deepEqual(others, [], "One delivery has become several events.");
		if (!event) fail("It was accepted, and no event is in the inbox.");
		const { type, subject } = event;
		deepEqual({ type, subject }, one.event);
		const own = type.slice(provider.name.length + 1);
		const schema = provider.events[own] ?? provider.events["*"];
		if (!schema) fail(`The type "${own}" is declared by nobody.`);
		const { error } = z.safeParse(schema, event.data);
		if (error)
			fail(
				`What is forwarded is not what events declares of "${own}": ${z.prettifyError(error)}`,
			);
	}

	async function answersAgain(): Promise<void> {
		// what is about one subject may stand in one lane: each has an inbox of its own
		const rounds = Object.groupBy(events, (one, nth) => {
			const before = events.slice(0, nth);
			const { subject } = one.event ?? {};
			return before.filter(({ event }) => event?.subject === subject).length;
		});
		for (const round of Object.values(rounds)) await sendAgain(round ?? []);
	}

	async function sendAgain(round: readonly ExampleDelivery[]): Promise<void> {
		await using trial = await open();
		const endpoint = endpointOn(trial);
		for (const one of round) {
			const answers = await Promise.all([
				receive(signed(one), endpoint),
				receive(signed(one), endpoint),
			]);
			answers.push(await receive(signed(one), endpoint));
			deepEqual(
				answers.map(({ status, outcome }) => `${status} ${outcome}`).sort(),
				["200 accepted", "200 duplicate", "200 duplicate"],
				`"${one.title}", sent three times, is not one event: its identity must be the same for every copy.`,
			);
		}
		equal((await trial.events()).length, round.length);
	}

	async function refusesStrangers(): Promise<void> {
		await using trial = await open();
		for (const one of example.deliveries) {
			const closed: Delivery = {
				...signed(one),
				token: "stranger",
				get bytes(): Uint8Array {
					throw new Error("the body was read");
				},
			};
			const answer = await receive(closed, endpointOn(trial));
			expectAnswer(answer, { status: 404, outcome: "refused" });
		}
	}

	async function asksForProof(): Promise<void> {
		const settings = z.parse(provider.settings, example.settings);
		if (provider.proofs(settings).length === 0) {
			const names = Object.keys(provider.settings._zod.def.shape);
			if (names.length > 0)
				fail(
					`The example's settings ask for no proof, though there are ${names.join(", ")}: set what a careful person would.`,
				);
			return;
		}
		await using trial = await open();
		const [one] = events;
		if (!one) return;
		const bare = { ...signed(one), headers: { ...one.headers } };
		const answer = await receive(bare, endpointOn(trial));
		expectAnswer(answer, { status: 401, outcome: "quarantined" });
	}

	async function takesUnproven(): Promise<void> {
		await using trial = await open();
		const [one] = events;
		if (!one) return;
		const bare = { ...signed(one), headers: { ...one.headers } };
		const answer = await receive(bare, endpointOn(trial, {}));
		expectAnswer(answer, { status: 200, outcome: "accepted" });
	}

	async function keepsUnread(): Promise<void> {
		await using trial = await open();
		const [one] = example.deliveries;
		if (!one) fail("The example has no deliveries: record one.");
		const torn = {
			...signed(one),
			headers: { "content-type": "application/json", ...one.headers },
			bytes: Buffer.from('{"torn":'),
		};
		const answer = await receive(torn, endpointOn(trial, {}));
		const { unreadable = 400 } = provider;
		expectAnswer(answer, { status: unreadable, outcome: "quarantined" });
	}

	function signed(one: ExampleDelivery): Delivery {
		const { headers, text } = signedExample(provider, example, one, receivedAt);
		return {
			method: "POST",
			token,
			path: one.path ?? {},
			query: {},
			headers,
			bytes: Buffer.from(text),
			receivedAt,
			traceparent: newTraceparent(),
		};
	}

	function endpointOn(
		{ inbox }: TrialInbox,
		settings: object = example.settings,
	): Endpoint {
		const held = JSON.stringify({ token, ...settings });
		const read = async () => readSecret(held, webhookSecret(provider));
		return {
			provider,
			settings: { read, fresh: read },
			store: {
				inbox,
				payloads: { keep: tooLarge },
				now: () => receivedAt,
				deadline: new Date(receivedAt.getTime() + 60_000),
				retentionDays: 35,
			},
		};
	}
}

async function tooLarge(): Promise<never> {
	throw new Error(
		"The example is too large for an item of the inbox: shorten it to what tells events apart.",
	);
}

function expectAnswer(
	{ status, outcome, body }: Answer,
	wanted: Pick<Answer, "status" | "outcome">,
): void {
	deepEqual({ status, outcome }, wanted, `It was answered ${status}: ${body}`);
}
