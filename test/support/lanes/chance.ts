import * as fc from "fast-check";

/** Any schedule may be tried as well as any other: a smaller seed is not a simpler one. */
export const seeds = fc.noShrink(fc.noBias(fc.nat()));

/** Numbers that look random, the same ones for the same seed. */
export interface Chance {
	/** from 0 up to, but without, 1 */
	next(): number;
	whole(from: number, to: number): number;
	/** as likely between 1 and 10 as between 10 and 100 */
	spread(from: number, to: number): number;
	is(probability: number): boolean;
	one<Option>(options: readonly [Option, ...Option[]]): Option;
}

/** Mulberry32: short, and quick enough for millions of schedules. */
export function chanceOf(seed: number): Chance {
	let state = Math.imul(seed, 0x9e3779b1);
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return {
		next,
		whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
		spread: (from, to) => Math.round(from * (to / from) ** next()),
		is: (probability) => next() < probability,
		one: (options) =>
			options[Math.floor(next() * options.length)] ?? options[0],
	};
}
