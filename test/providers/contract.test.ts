import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { receive } from "../../functions/delivery/receive.ts";
import type { ExampleDelivery } from "../../functions/provider.ts";
import { providers } from "../../functions/providers.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";
import { exampleOf, schemaOf } from "../support/examples.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

describe.each(providers.map((provider) => [provider.name, provider] as const))(
	"%s",
	(_, provider) => {
		const example = exampleOf(provider);
		const open = () => openEndpoint(cloud, provider, example.settings);
		const sent = (one: ExampleDelivery) =>
			delivery(one.body, {
				path: one.path,
				headers: { ...example.headers },
			});
		const events = example.deliveries.filter(
			({ event }) => event !== undefined,
		);

		test("shows every type of event that it declares", () => {
			const shown = new Set(events.map(({ event }) => event?.type));
			expect([...shown].sort()).toEqual(
				Object.keys(provider.events)
					.map((type) => `${provider.name}.${type}`)
					.sort(),
			);
		});

		test.each(events.map((one) => [one.title, one] as const))(
			"records its example: %s",
			async (_, one) => {
				const { endpoint, table } = await open();
				expect(await receive(sent(one), endpoint)).toMatchObject({
					status: 200,
					outcome: "accepted",
				});
				const [event, ...others] = await eventsOf(cloud, table);
				expect(others).toEqual([]);
				expect(event).toMatchObject({
					...one.event,
					specversion: "1.0",
					source: `/providers/${provider.name}`,
					via: "webhook",
				});
				const type = String(event?.type).slice(provider.name.length + 1);
				expect(
					z.safeParse(schemaOf(provider, type), event?.data),
				).toMatchObject({
					success: true,
				});
			},
		);

		test("answers a redelivery of each example and records nothing", async () => {
			for (const one of events) {
				const { endpoint, table } = await open();
				const answers = await Promise.all([
					receive(sent(one), endpoint),
					receive(sent(one), endpoint),
				]);
				answers.push(await receive(sent(one), endpoint));
				expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
				expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
					"accepted",
					"duplicate",
					"duplicate",
				]);
				expect(await eventsOf(cloud, table)).toHaveLength(1);
			}
		});

		test("refuses a stranger before it reads the body", async () => {
			const { endpoint } = await open();
			for (const one of example.deliveries) {
				const closed = {
					...sent(one),
					token: "stranger",
					get bytes(): Uint8Array {
						throw new Error("the body was read");
					},
				};
				expect(await receive(closed, endpoint)).toMatchObject({
					status: 404,
					outcome: "refused",
				});
			}
		});

		test("asks for the proof that its settings require", async () => {
			const { endpoint } = await open();
			const [one] = events;
			if (
				!one ||
				provider.proofs(z.parse(provider.settings, example.settings)).length ===
					0
			)
				return;
			const bare = delivery(one.body, { path: one.path, headers: {} });
			expect(await receive(bare, endpoint)).toMatchObject({
				status: 401,
				outcome: "quarantined",
			});
		});

		test("asks for no proof while nobody has configured one", async () => {
			const { endpoint } = await openEndpoint(cloud, provider);
			const [one] = events;
			const bare = delivery(one?.body, { path: one?.path, headers: {} });
			expect(await receive(bare, endpoint)).toMatchObject({
				status: 200,
				outcome: "accepted",
			});
		});

		test("keeps what it cannot read", async () => {
			const { endpoint } = await open();
			const [one] = example.deliveries;
			const torn = {
				...sent(one as ExampleDelivery),
				bytes: Buffer.from('{"torn":'),
			};
			expect(await receive(torn, endpoint)).toMatchObject({
				status: 400,
				outcome: "quarantined",
			});
		});

		test("needs no setting on a first deploy", () => {
			expect(z.safeParse(provider.settings, {})).toMatchObject({
				success: true,
			});
		});
	},
);
