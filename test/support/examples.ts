import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as z from "zod";
import type { Observation } from "../../functions/inbox/observation.ts";
import type {
	Example,
	ExampleDelivery,
	Provider,
	Reading,
} from "../../functions/provider.ts";

const require = createRequire(import.meta.url);
const providersFolder = join(import.meta.dirname, "../../functions/providers");

export function exampleOf(provider: Pick<Provider, "name">): Example {
	const example = findExample(provider);
	if (!example) throw new Error(`${provider.name} has no example.ts.`);
	return example;
}

/** The same where one may be missing. */
export function findExample({
	name,
}: Pick<Provider, "name">): Example | undefined {
	const file = join(providersFolder, name, "example.ts");
	return existsSync(file) ? require(file).default : undefined;
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

/** Whether a provider declares this type, or any. */
export function declares({ events }: Provider, type: string): boolean {
	return Object.hasOwn(events, type) || Object.hasOwn(events, "*");
}

/** The schema of a type's `data`, the open one's where it has none of its own. */
export function schemaOf(provider: Provider, type: string): z.core.$ZodType {
	const schema = provider.events[type] ?? provider.events["*"];
	if (!schema) throw new Error(`${provider.name} declares no ${type}`);
	return schema;
}
