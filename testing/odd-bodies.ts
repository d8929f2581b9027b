import type { Example, ExampleDelivery } from "../functions/provider.ts";

export interface OddBody {
	/** what is odd about it */
	said: string;
	text: string;
	/** the example that it was */
	delivery: ExampleDelivery;
}

const whole = ["null", "true", "0", '"text"', "[]", "[null]", "{}"];
const replacements: readonly unknown[] = [null, "", 0, -1, true, [], {}, "x"];

/** Bodies that nobody documents: other JSON, and each example with one of its fields, to any depth, away or another. */
export function* oddBodies({ deliveries }: Example): Generator<OddBody> {
	for (const delivery of deliveries) {
		// a form's fields are texts, whatever comes
		if (typeof delivery.body === "string") continue;
		for (const text of whole) yield { said: `as ${text}`, text, delivery };
		for (const path of pathsIn(delivery.body)) {
			const name = path.join(".");
			const other = (value: unknown) =>
				JSON.stringify(replaced(delivery.body, path, value));
			const text = other(undefined);
			yield { said: `without ${name}`, text, delivery };
			for (const value of replacements)
				yield {
					said: `with ${JSON.stringify(value)} as ${name}`,
					text: other(value),
					delivery,
				};
		}
	}
}

/** Of each array its first element alone. */
function pathsIn(json: unknown): string[][] {
	if (typeof json !== "object" || json === null) return [];
	const fields = Array.isArray(json) ? json.slice(0, 1) : json;
	return Object.entries(fields).flatMap(([name, value]) => [
		[name],
		...pathsIn(value).map((path) => [name, ...path]),
	]);
}

function replaced(
	json: unknown,
	[name = "", ...path]: readonly string[],
	value: unknown,
): unknown {
	const copy = structuredClone(json) as Record<string, unknown>;
	copy[name] = path.length > 0 ? replaced(copy[name], path, value) : value;
	return copy;
}
