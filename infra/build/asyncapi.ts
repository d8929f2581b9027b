import type { Provider } from "../../functions/provider.ts";
import { schemaFile } from "./event-schema.ts";

/** AsyncAPI 3: a channel for each provider's queue, and what comes on it. */
export function asyncApi(
	providers: readonly Pick<Provider, "name" | "documentation">[],
	types: readonly string[],
	version: string,
) {
	const typesOf = (name: string) =>
		types.filter((type) => type.startsWith(`${name}.`));
	return {
		asyncapi: "3.0.0",
		info: {
			title: "Billhook",
			version,
			description:
				"What a webhook or a poll brought, once, on a FIFO queue of its provider's. Messages of one group are about one subject and come in the order they were recorded.",
			license: { name: "Apache-2.0" },
		},
		defaultContentType: "application/cloudevents+json",
		channels: Object.fromEntries(
			providers.map(({ name, documentation }) => [
				name,
				{
					address: null,
					title: `The queue of ${name}`,
					description: "Its url is an output of the stack.",
					messages: Object.fromEntries(
						typesOf(name).map((type) => [
							type,
							{ $ref: `#/components/messages/${type}` },
						]),
					),
					bindings: { sqs: { queue: { name, fifoQueue: true } } },
					externalDocs: { url: documentation },
				},
			]),
		),
		operations: Object.fromEntries(
			providers.map(({ name }) => [
				name,
				{ action: "send", channel: { $ref: `#/channels/${name}` } },
			]),
		),
		components: {
			messages: Object.fromEntries(types.map((type) => [type, message(type)])),
			schemas: {
				messageAttributes: {
					type: "object",
					description:
						"the event's type and way in, to filter by, and its traceparent",
					properties: {
						type: { type: "string" },
						via: { enum: ["webhook", "poll"] },
						traceparent: { type: "string" },
					},
					required: ["type", "via"],
				},
			},
		},
	};
}

function message(type: string) {
	return {
		name: type,
		headers: { $ref: "#/components/schemas/messageAttributes" },
		payload: {
			schemaFormat: "application/schema+json;version=draft-2020-12",
			schema: { $ref: `./${schemaFile(type)}` },
		},
	};
}
