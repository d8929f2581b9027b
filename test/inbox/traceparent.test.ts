import { expect, test } from "vitest";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";

test("each reception is a sampled trace of its own, as W3C writes it", () => {
	const made = Array.from({ length: 100 }, newTraceparent);
	for (const traceparent of made) {
		expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
		expect(traceparent).not.toMatch(/-0+-/);
	}
	const parts = made.flatMap((traceparent) =>
		traceparent.split("-").slice(1, 3),
	);
	expect(new Set(parts).size).toBe(200);
});
