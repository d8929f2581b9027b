import type { Example } from "../functions/provider.ts";
import { loadCompanion, type Whose } from "./companions.ts";

export function loadExample(whose: Whose): Promise<Example | undefined> {
	return loadCompanion<Example>(whose, "example");
}

/** A command that posts the provider's first example that becomes an event; `path` is its route's. */
export function curlOf(
	{ deliveries, headers }: Example,
	webhook: string,
	path: string,
): string | undefined {
	const delivery = deliveries.find(({ event }) => event);
	if (!delivery) return undefined;
	const behindToken = path.slice(path.indexOf("{token}") + "{token}".length);
	const segments = behindToken.replaceAll(
		/\{(\w+)\}/g,
		(_, name: string) => delivery.path?.[name] ?? name,
	);
	const shown = {
		"content-type": "application/json",
		...delivery.headers,
		...headers,
	};
	return [
		`curl ${quoted(webhook + segments)}`,
		...Object.entries(shown).map(
			([name, value]) => `-H ${quoted(`${name}: ${value}`)}`,
		),
		`-d ${quoted(JSON.stringify(delivery.body))}`,
	].join(" ");
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
