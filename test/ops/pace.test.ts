import { expect, test } from "vitest";
import { openPace } from "../../ops/replay/pace.ts";

test("so many a second go, and time in which nothing went is not made up for", async () => {
	let now = 0;
	const waited: number[] = [];
	const pace = openPace(20, {
		now: () => now,
		async wait(ms) {
			waited.push(ms);
			now += ms;
		},
	});
	const { signal } = new AbortController();
	await pace(1, signal);
	expect(waited).toEqual([]);
	await pace(10, signal);
	await pace(1, signal);
	expect(waited).toEqual([50, 500]);
	now += 60_000;
	await pace(2, signal);
	await pace(1, signal);
	expect(waited).toEqual([50, 500, 100]);
});
