import { expect, test } from "vitest";
import type { StoredEvent } from "../../ops/installation/events.ts";
import { replayEvents } from "../../ops/replay/events.ts";
import type { Progress } from "../../ops/replay/progress.ts";

// more than two batches, most of them of one instant
const events = Array.from({ length: 260 }, (_, index): StoredEvent => {
	const instant = index < 20 ? 0 : index < 240 ? 1 : 2;
	const recordedtime = new Date(instant).toISOString();
	return {
		id: `e-${index}`,
		recordedtime,
		provider: index % 3 === 0 ? "beta" : "alpha",
		type: "toy.moved",
		subject: `s-${index}`,
		via: "webhook",
		time: recordedtime,
		message: "{}",
		pk: `pk-${index}`,
		sk: "sk",
		expires: 0,
	};
});

const filter = { since: new Date(0), until: new Date(10) };
const begun: Progress = {
	replay: "r-1",
	called: "here",
	rate: 50,
	filter,
	count: events.length,
	before: "",
	done: [],
	sent: 0,
	refused: [],
};

/** What is left when somebody has read it from the inbox again. */
async function* from(before: string) {
	yield* events.filter(({ recordedtime }) => recordedtime >= before);
}

test.each([1, 3, 8, 11, 13, 20])(
	"interrupted after every %i requests it sends no more, each event once in all, and ends",
	async (requests) => {
		const sent: string[] = [];
		let kept = begun;
		for (let runs = 0; runs < 60; runs++) {
			const stop = new AbortController();
			let left = requests;
			await replayEvents(from(kept.before), kept, {
				signal: stop.signal,
				async send(_, messages) {
					sent.push(...messages.map(({ id }) => id));
					if (--left === 0) stop.abort();
					return messages
						.filter(({ id }) => id === "e-30")
						.map(({ id }) => ({ id, reason: "Refused" }));
				},
				onProgress(progress) {
					kept = JSON.parse(JSON.stringify(progress));
				},
			});
			expect(left).toBeGreaterThanOrEqual(0);
			if (!stop.signal.aborted) break;
		}
		expect(sent.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
		expect(kept.sent).toBe(events.length - 1);
		expect(kept.refused).toEqual([{ id: "e-30", reason: "Refused" }]);
	},
);
