import { canonicalDigest } from "./canonical.ts";
import { digestOf, type State } from "./identity.ts";
import type { Entry } from "./item.ts";
import type { Incoming } from "./summary.ts";

/** An observation of a state as its lane judges it. */
export function toIncoming(
	{ via, observation, data }: Entry,
	{ value, key, first, withinSeconds, recurring }: State,
): Incoming {
	const hasBody = via === "webhook" && key !== undefined;
	return {
		via,
		value: shortDigest(value),
		body: hasBody ? shortDigest(canonicalDigest(data)) : undefined,
		key: key === undefined ? undefined : shortDigest(key),
		first: first && shortDigest(first.key),
		time: observation.time?.getTime(),
		otherTimes: observation.otherTimes?.map((time) => time.getTime()),
		withinMs: withinSeconds * 1000,
		recurring,
	};
}

/** Eight bytes: a summary holds more than a hundred of them. */
function shortDigest(text: string): string {
	return digestOf(text).slice(0, 11);
}
