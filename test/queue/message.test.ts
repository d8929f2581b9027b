import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
	type Message,
	maxRequestBytes,
	maxRequestMessages,
	sizeOf,
	toRequests,
} from "../../functions/queue/message.ts";
import { holds } from "../support/property.ts";

const message = fc.record({
	group: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"),
	kilobytes: fc.oneof(
		{ arbitrary: fc.constant(1), weight: 5 },
		{ arbitrary: fc.integer({ min: 1, max: 1023 }), weight: 1 },
	),
	readable: fc.boolean(),
});

test("a request holds neighbours only, ten and a mebibyte at most, of different groups, and as many as that allows", () => {
	holds(
		fc.property(
			fc.array(message, { maxLength: 60, size: "max" }),
			(messages) => {
				const entries = messages.map(
					({ group, kilobytes, readable }, index) => {
						const body = "x".repeat(kilobytes * 1024);
						const id = String(index);
						const attributes = { type: "t", via: "poll" };
						const message = { id, group, deduplication: id, body, attributes };
						return readable ? { record: {}, message } : { record: {} };
					},
				);
				const requests = toRequests(entries);
				expect(requests.flat()).toEqual(entries);
				for (const [index, request] of requests.entries()) {
					expect(fits(request)).toBe(true);
					const next = requests[index + 1]?.[0];
					if (next) expect(fits([...request, next])).toBe(false);
				}
			},
		),
	);
});

function fits(entries: readonly { message?: Message }[]): boolean {
	const messages = entries.flatMap(({ message }) => message ?? []);
	const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
	const groups = new Set(messages.map(({ group }) => group));
	return (
		entries.length <= maxRequestMessages &&
		bytes <= maxRequestBytes &&
		groups.size === messages.length
	);
}
