import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
	// a consumer's own import of the package means its source here
	resolve: { tsconfigPaths: true },
	test: {
		include: ["test/**/*.test.ts"],
		globalSetup: ["test/tables.ts"],
		// ends what hangs, and is no measure of speed: the machine may be busy
		testTimeout: 600_000,
		hookTimeout: 600_000,
		// one less than there are processors is the default, and on two of them slow
		maxWorkers: Math.max(2, availableParallelism() - 1),
	},
});
