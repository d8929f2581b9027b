import { createRequire } from "node:module";
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
): Reading {
	return readText(provider, JSON.stringify(body), path);
}

export function readText(
	provider: Provider,
	text: string,
	path: ExampleDelivery["path"] = {},
): Reading {
	return provider.read({ json: JSON.parse(text), text, path });
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
): Observation {
	const reading = readBody(provider, body, path);
	if (!("event" in reading))
		throw new Error(`no event but ${Object.keys(reading)}`);
	return reading.event;
}
