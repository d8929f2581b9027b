import { expect, test } from "vitest";
import { configFor } from "../../infra/config.ts";

test("a stage that nobody configured is refused, and those that somebody did are named", () => {
	// no stage can be called so
	expect(() => configFor("Nobody's")).toThrow(
		/there is no stage "Nobody's"; infra\/config\.ts has .*Add it there/,
	);
});
