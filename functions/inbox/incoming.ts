import { canonicalDigest } from "./canonical.ts";
import { digestOf, type State } from "./identity.ts";
import { type Entry, type Item, numberOf } from "./item.ts";
import type { Incoming, Summary } from "./summary.ts";

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

/** Whether a repeat is surely of the newest record's event. */
export function repeatsNewest(
	newest: Item | undefined,
	{ states }: Summary,
	{ key, recurring }: Incoming,
): newest is Item {
	if (newest?.kind !== "event") return false;
	if (numberOf(newest) === 1) return true;
	// without a key it is of the lane's latest
	const isLatest = states.at(-1)?.recorded === Date.parse(String(newest.at));
	return isLatest && key === undefined && !recurring;
}

/** Eight bytes: a summary holds more than a hundred of them. */
function shortDigest(text: string): string {
	return digestOf(text).slice(0, 11);
}
