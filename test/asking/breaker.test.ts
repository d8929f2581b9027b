import { describe, expect, test } from "vitest";
import {
	type Breaker,
	closed,
	failed,
	tryBreaker,
} from "../../functions/asking/breaker.ts";

const start = new Date("2026-11-21T12:00:00Z");
const later = (seconds: number, from = start) =>
	new Date(from.getTime() + seconds * 1000);

function failTimes(count: number, breaker: Breaker = closed) {
	let last = { breaker, opens: false };
	for (let time = 0; time < count; time++)
		last = failed(last.breaker, start, 0);
	return last;
}

describe("a breaker", () => {
	test("stays closed at four failures in a row and opens at the fifth", () => {
		const four = failTimes(4);
		expect(four.opens).toBe(false);
		expect(tryBreaker(four.breaker, start)).toHaveProperty("breaker");
		const five = failTimes(5);
		expect(five.opens).toBe(true);
		expect(tryBreaker(five.breaker, start)).toEqual({ until: later(120) });
	});

	test("lets one trial through when its time is over, and nobody beside it", () => {
		const { breaker } = failTimes(5);
		expect(tryBreaker(breaker, later(119))).toHaveProperty("until");
		const trial = tryBreaker(breaker, later(120));
		const during = "breaker" in trial ? trial.breaker : closed;
		expect(trial).toHaveProperty("breaker");
		expect(tryBreaker(during, later(120))).toHaveProperty("until");
		// a run that died during its trial does not hold the next one up for long
		expect(tryBreaker(during, later(180))).toHaveProperty("breaker");
	});

	test("opens for twice as long after each trial that fails, up to an hour and a jitter", () => {
		let { breaker } = failTimes(5);
		let now = start;
		const spells: number[] = [];
		for (let time = 0; time < 8; time++) {
			const openUntil = new Date(breaker.openUntil ?? 0);
			spells.push((openUntil.getTime() - now.getTime()) / 1000);
			now = openUntil;
			const trial = tryBreaker(breaker, now);
			const result = failed(
				"breaker" in trial ? trial.breaker : closed,
				now,
				0,
			);
			expect(result.opens).toBe(true);
			breaker = result.breaker;
		}
		expect(spells).toEqual([120, 240, 480, 960, 1920, 3600, 3600, 3600]);
		const jittered = failed({ ...closed, failures: 4 }, start, 1).breaker;
		expect(jittered.openUntil).toBe(later(150).getTime());
	});
});
