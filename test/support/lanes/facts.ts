import { readingsOf } from "../../../functions/providers/finbox/poll.ts";
import { chanceOf } from "./chance.ts";
import { type Arrival, dawn, hour, minute, second } from "./lane.ts";

/** A fact that really happened, the arrivals of its webhook, and when the list was read. */
export interface Facts {
	facts: readonly { value: string; at: number; pushes: readonly number[] }[];
	reads: readonly number[];
	/** of the list's clock; undefined where nobody has said it */
	zone?: string;
	/** by which that clock is ahead of ours */
	aheadMs: number;
}

interface FactsOptions {
	most: number;
	/** the list is read after each fact, and each webhook comes soon: nothing is forgotten before it was known */
	everyRead?: boolean;
	/** nobody knows whether the list's clock is UTC's or India's; within some hours, for a fact farther from another may be taken for it */
	unknownZone?: boolean;
}

export function factsOf(
	seed: number,
	{ most, everyRead, unknownZone }: FactsOptions,
): Facts {
	const chance = chanceOf(seed);
	const facts = [];
	const reads = [];
	let at = dawn;
	for (let left = chance.whole(1, most); left > 0; left--) {
		const apart = chance.spread(
			15 * second,
			unknownZone ? 20 * minute : 3 * hour,
		);
		at += Math.ceil(apart / second) * second;
		const late = everyRead ? minute : 59 * minute;
		const first = at + chance.spread(100, late);
		const copies = Array.from(
			{ length: chance.whole(0, 2) },
			() => first + chance.spread(second, 59 * second),
		);
		const pushes = chance.is(0.3) ? [] : [first, ...copies];
		facts.push({ value: chance.one(["A", "A", "B"]), at, pushes });
		if (everyRead) reads.push(at + chance.spread(second, 5 * minute));
	}
	for (let left = chance.whole(0, 6); left > 0; left--)
		reads.push(dawn + chance.whole(0, at - dawn + hour));
	const aheadMs = unknownZone && chance.is(0.5) ? 5.5 * hour : 0;
	const zone = unknownZone ? undefined : "+00:00";
	return {
		facts,
		reads: [...reads, at + (unknownZone ? 9 : 2) * hour],
		zone,
		aheadMs,
	};
}

/** What comes of them to the inbox, in the order in which it comes. */
export function arrivalsOf({ facts, reads, zone, aheadMs }: Facts): Arrival[] {
	const told = { withinMs: minute, recurring: true };
	const pushed = facts.flatMap(({ value, pushes }, change) =>
		pushes.map((now): Arrival[] => [
			{ incoming: { ...told, via: "webhook", value }, now, change },
		]),
	);
	const listed = reads.map((asked) =>
		facts
			.filter(({ at }) => at <= asked)
			.map(({ value, at }, change): Arrival => {
				const shown = new Date(at + aheadMs).toISOString().slice(0, 19);
				const latest = asked + 10 * minute;
				const readings = readingsOf(shown, { zone, latest }).map(Number);
				const [time, ...otherTimes] = readings;
				const key = shown + value;
				return {
					incoming: { ...told, via: "poll", value, key, time, otherTimes },
					asked,
					now: asked + 50,
					change,
				};
			}),
	);
	return [...pushed, ...listed]
		.filter((arrivals) => arrivals.length > 0)
		.sort(([one], [other]) => (one?.now ?? 0) - (other?.now ?? 0))
		.flat();
}
