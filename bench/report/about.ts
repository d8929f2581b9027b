import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { cpuSource } from "../figures/cpu.ts";
import { runtimeInterfaceClient } from "../lambda/runtime-interface-client.ts";
import type { Measured } from "../measure.ts";
import { madeOf } from "../peer/bundles.ts";

export const notMeasured =
	"Not Lambda: no sandbox start, no download of the code, no network, an unthrottled processor of another kind. The store is an emulator. Dollars are counted calls at list prices, with the durations that bench/prices.ts assumes.";

/** When, where and with what it was measured. */
export function about({ engine }: Measured) {
	const [processor] = cpus();
	return {
		date: new Date().toISOString().slice(0, 10),
		commit: commit(),
		command: ["npm run bench --", ...process.argv.slice(2)].join(" "),
		machine: `${cpus().length} × ${processor?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`,
		load: loadavg()
			.map((load) => load.toFixed(1))
			.join(", "),
		node: process.version,
		engine,
		processorTime: cpuSource,
		runtime: runtimeInterfaceClient,
		peer: madeOf,
	};
}

function commit(): string {
	try {
		const words = ["rev-parse", "--short", "HEAD"];
		const cwd = import.meta.dirname;
		return execFileSync("git", words, { cwd, encoding: "utf8" }).trim();
	} catch {
		// no git, or no repository
		return "unknown";
	}
}
