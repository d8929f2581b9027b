import { deepEqual, fail } from "node:assert/strict";
import * as z from "zod";
import type { Observation } from "../functions/inbox/observation.ts";
import type {
	Example,
	ExampleDelivery,
	Provider,
	Reading,
} from "../functions/provider.ts";
import type { ContractCase } from "./case.ts";
import { oddBodies } from "./odd-bodies.ts";

// seconds taken for milliseconds, or the other way round, miss them by far
const earliest = Date.UTC(2000);
const latest = Date.UTC(2100);

/** What a provider makes of a body, by itself. */
export function readingCases(
	provider: Provider,
	example: Example,
): ContractCase[] {
	const events = example.deliveries.filter(
		({ event, events }) => event ?? events,
	);
	return [
		{ name: "shows every type of event that it declares", run: showsAll },
		...events.map((one) => ({
			name: `reads its example into a sound event: ${one.title}`,
			run: async () => readSoundly(one),
		})),
		{ name: "reads each example into an event of its own", run: tellsApart },
		{ name: "reads the same body the same way twice", run: readsAlike },
		{
			name: "refuses what it cannot read with a ZodError, and nothing else",
			run: refusesOdd,
		},
	];

	async function showsAll(): Promise<void> {
		const declared = Object.keys(provider.events);
		const shown = events
			.flatMap(({ event, events = [] }) => [event, ...events])
			.flatMap((event) => event?.type.slice(provider.name.length + 1) ?? []);
		const missing = declared.filter((type) =>
			type === "*"
				? shown.every((one) => declared.includes(one))
				: !shown.includes(type),
		);
		if (missing.length > 0)
			fail(
				`No delivery of the example becomes ${missing.join(", ")}: add one, or declare it no more.`,
			);
	}

	async function readSoundly(one: ExampleDelivery): Promise<void> {
		const read = observationsIn(readExample(one));
		const wanted = [...(one.event ? [one.event] : []), ...(one.events ?? [])];
		for (const observation of read) {
			complainOf(observation, provider);
			complainOfTime(observation);
		}
		deepEqual(
			read.map(({ type, subject }) => ({
				type: `${provider.name}.${type}`,
				subject,
			})),
			wanted,
			`"${one.title}" is read as another event than the example says.`,
		);
	}

	async function tellsApart(): Promise<void> {
		const titles = new Map<string, string>();
		for (const one of events)
			for (const { type, subject, identity } of observationsIn(
				readExample(one),
			)) {
				const kind = identity.kind === "once" ? type : "";
				const known = JSON.stringify({ kind, subject, identity });
				const before = titles.get(known);
				if (before !== undefined)
					fail(
						`"${before}" and "${one.title}" would be one event, for both have the identity ${JSON.stringify(identity)}: make it of what tells them apart, or show different facts.`,
					);
				titles.set(known, one.title);
			}
	}

	async function readsAlike(): Promise<void> {
		for (const one of events)
			deepEqual(
				observationsIn(readExample(one)),
				observationsIn(readExample(one)),
				`"${one.title}" is read differently each time: make subject, identity and time of what the sender says, not of chance or the clock.`,
			);
	}

	async function refusesOdd(): Promise<void> {
		for (const { said, text, delivery } of oddBodies(example)) {
			const { title } = delivery;
			try {
				const reading = readExample(delivery, text);
				for (const observation of observationsIn(reading))
					complainOf(observation, provider, `"${title}", ${said}: `);
			} catch (error) {
				if (error instanceof z.core.$ZodError) continue;
				if (isComplaint(error)) throw error;
				fail(
					`read() threw ${String(error)} at "${title}", ${said}: parse the body with a schema before using it, so that a ZodError names the field.`,
				);
			}
		}
	}

	function readExample(
		{ body, path = {}, headers }: ExampleDelivery,
		text = typeof body === "string" ? body : JSON.stringify(body),
	): Reading {
		const named = Object.entries(headers ?? {}).filter(([name]) =>
			provider.headers?.includes(name),
		);
		const form = provider.forms && typeof body === "string";
		const json = form
			? Object.fromEntries(new URLSearchParams(text))
			: JSON.parse(text);
		return provider.read({
			json,
			text: form ? JSON.stringify(json) : text,
			...(form && { form: json }),
			query: {},
			headers: Object.fromEntries(named),
			path,
		});
	}
}

/** What would be recorded of a reading, a delivery of several read one by one. */
function observationsIn(reading: Reading): Observation[] {
	if ("event" in reading) return [reading.event];
	if ("lookup" in reading) return [reading.found(undefined)];
	if (!("events" in reading)) return [];
	return reading.events.map((text) =>
		reading.each({ json: JSON.parse(text), text }),
	);
}

function isComplaint(error: unknown): boolean {
	return error instanceof Error && error.name === "AssertionError";
}

/** Throws what is wrong with an event, whoever sent it. */
function complainOf(
	{ type, subject, identity }: Observation,
	{ events }: Provider,
	where = "",
): void {
	if (!Object.hasOwn(events, type) && !Object.hasOwn(events, "*"))
		fail(
			`${where}the type "${type}" is declared by nobody: add it to events, or read it as "unrecognized".`,
		);
	if (subject === "")
		fail(
			`${where}the subject of "${type}" is empty, so that all of them share one place: use the sender's id of what it is about, and let its schema ask for min(1).`,
		);
	if (identity.kind === "state") return;
	const { key } = identity;
	if (key.every((part) => part === ""))
		fail(
			`${where}the identity of "${type}" has no key, so that every event of one subject would be the first: give once() the sender's id of the event.`,
		);
	if (key.some((part) => typeof part !== "string"))
		fail(
			`${where}the identity of "${type}" has a part that is no text: an id is text as it stood in the body.`,
		);
}

function complainOfTime({ type, time }: Observation): void {
	const at = time?.getTime();
	if (at !== undefined && !(at >= earliest && at <= latest))
		fail(
			`The time of "${type}" would be ${Number.isNaN(at) ? "none" : time?.toISOString()}: a Date takes milliseconds, and many senders write seconds.`,
		);
}
