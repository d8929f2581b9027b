import fc from "fast-check";
import { expect } from "vitest";
import * as z from "zod";
import type { Provider } from "../../functions/provider.ts";
import type { Webhook } from "../../functions/simulator/webhooks.ts";
import { schemaOf } from "./examples.ts";
import { holds } from "./property.ts";
import type { Event } from "./test-bed.ts";

/** What a meeting of the two ways in needs. */
export interface Meeting extends AsyncDisposable {
	simulator: {
		webhooks: {
			readonly held: readonly Webhook[];
			fate(fate: "hold", times: number): void;
		};
	};
	pass(seconds: number): void;
	poll(): Promise<{ failed: number }>;
	deliver(webhook: Webhook): Promise<number>;
	events(): Promise<Event[]>;
}

export interface Meet<TestBed extends Meeting> {
	provider: Provider;
	open(): Promise<TestBed>;
	/** lets one fact happen, its webhooks held back */
	happen(bed: TestBed): Promise<unknown>;
	/** the types of event that come of it, each once */
	events: readonly string[];
	/** those that were recorded before */
	known?: readonly string[];
	/** seconds between one group of concurrent arrivals and the next */
	gap: { min: number; max: number };
	numRuns?: number;
}

const arrival = fc.constantFrom("webhook", "poll");
const schedule = fc
	.array(fc.array(arrival, { minLength: 1, maxLength: 3 }), {
		minLength: 1,
		maxLength: 3,
	})
	.filter((groups) => groups.flat().length > 1);

/** Whatever the order in which webhook and poll bring a fact, and whoever comes twice or meanwhile, it is one event. */
export async function expectOneEvent<TestBed extends Meeting>(
	meet: Meet<TestBed>,
): Promise<void> {
	const { provider, events, known = [], gap, numRuns = 12 } = meet;
	await holds(
		fc.asyncProperty(schedule, fc.integer(gap), async (groups, seconds) => {
			await using bed = await meet.open();
			bed.simulator.webhooks.fate("hold", Number.POSITIVE_INFINITY);
			await meet.happen(bed);
			const webhooks = [...bed.simulator.webhooks.held];
			expect(webhooks).toHaveLength(events.length);
			for (const group of groups) {
				await Promise.all(
					group.map(async (way) => {
						if (way === "poll") return bed.poll();
						const statuses = await Promise.all(webhooks.map(bed.deliver));
						expect(new Set(statuses)).toEqual(new Set([200]));
					}),
				);
				bed.pass(seconds);
			}
			bed.pass(6 * 3600);
			expect(await bed.poll()).toMatchObject({ failed: 0 });
			const recorded = await bed.events();
			expect(recorded.map(({ type }) => type).sort()).toEqual(
				[...known, ...events].map((type) => `${provider.name}.${type}`).sort(),
			);
			for (const event of recorded) expectSameShape(event, provider);
		}),
		{ numRuns },
	);
}

/** Valid by the webhook's schema, and null only where the poll says that it cannot know. */
export function expectSameShape(event: Event, provider: Provider): void {
	const type = event.type.slice(provider.name.length + 1);
	expect(z.safeParse(schemaOf(provider, type), event.data)).toMatchObject({
		success: true,
	});
	if (event.via !== "poll") return;
	const nulls = Object.entries(event.data)
		.filter(([, value]) => value === null)
		.map(([name]) => name);
	expect(provider.poll?.brings[type]).toEqual(expect.arrayContaining(nulls));
}
