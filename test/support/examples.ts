import { createRequire } from "node:module";
import type * as z from "zod";
import type { Observation } from "../../functions/inbox/observation.ts";
import type {
	Example,
	ExampleDelivery,
	Provider,
	Reading,
} from "../../functions/provider.ts";

const require = createRequire(import.meta.url);

export function exampleOf({ name }: Pick<Provider, "name">): Example {
	return require(`../../functions/providers/${name}/example.ts`).default;
}

/** What a provider makes of a body, as far as JSON can say it. */
export function readBody(
	provider: Provider,
	body: unknown,
	path: ExampleDelivery["path"] = {},
	headers: ExampleDelivery["headers"] = {},
): Reading {
	return readText(provider, JSON.stringify(body), path, headers);
}

export function readText(
	provider: Provider,
	text: string,
	path: ExampleDelivery["path"] = {},
	headers: ExampleDelivery["headers"] = {},
): Reading {
	return provider.read({
		json: JSON.parse(text),
		text,
		query: {},
		headers,
		path,
	});
}

/** An event's `data`, where this body was delivered. */
export function dataOf(
	{ text, body }: Observation,
	delivered: unknown,
): unknown {
	return text === undefined ? (body ?? delivered) : JSON.parse(text);
}

/** The same, where it must be an event. */
export function readEvent(
	provider: Provider,
	body: unknown,
	path?: ExampleDelivery["path"],
	headers?: ExampleDelivery["headers"],
): Observation {
	const reading = readBody(provider, body, path, headers);
	if (!("event" in reading))
		throw new Error(`no event but ${Object.keys(reading)}`);
	return reading.event;
}

/** The schema of a type's `data`, the open one's where it has none of its own. */
export function schemaOf(provider: Provider, type: string): z.core.$ZodType {
	const schema = provider.events[type] ?? provider.events["*"];
	if (!schema) throw new Error(`${provider.name} declares no ${type}`);
	return schema;
}
