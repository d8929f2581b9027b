import { strict as assert } from "node:assert";
import { statSync } from "node:fs";
import { join } from "node:path";
import { bodies, deliveryOf } from "../deliveries.ts";
import { type Figure, figure, share, shuffled } from "../figures/figure.ts";
import type { Lab } from "../lab.ts";
import { type ColdStart, startCold } from "../lambda/cold-start.ts";
import { fetchRuntimeInterfaceClient } from "../lambda/runtime-interface-client.ts";

const started = ["empty", "plain", "guarded", "product", "forward"] as const;
type Started = (typeof started)[number];

export interface ColdFigures {
	bytes: number;
	initMs: Figure;
	firstMs: Figure;
	cpuMs: Figure;
	/** what it takes above an empty function, as a share of what the peer takes above it */
	cpuShare: Figure;
	wallShare: Figure;
	cpuShareOfGuarded: Figure;
}

export type Cold = Record<Started, ColdFigures>;

/** Starts each function, with an event waiting, in a shuffled order in every round. */
export async function measureCold(
	lab: Lab,
	rounds: number,
	records: readonly unknown[],
): Promise<Cold> {
	const client = await fetchRuntimeInterfaceClient(lab.folder);
	const deployed = { ...lab.deployed, forward: lab.forward };
	const runs = Object.fromEntries(
		started.map((name) => [name, [] as ColdStart[]]),
	) as Record<Started, ColdStart[]>;
	// the first one of each only fills the file system's memory
	for (let round = -1; round < rounds; round++)
		for (const name of shuffled(started)) {
			const event =
				name === "forward"
					? { Records: records.slice(0, 1) }
					: deliveryOf(bodies.once());
			const run = await startCold(client, deployed[name], event);
			isRight(name, run);
			if (round >= 0) runs[name].push(run);
		}
	const cpu = above(runs, ({ cpuMs }) => cpuMs);
	const wall = above(runs, ({ initMs, firstMs }) => initMs + firstMs);
	const figuresOf = (name: Started): ColdFigures => ({
		bytes: statSync(join(deployed[name].folder, "index.js")).size,
		initMs: figure(runs[name].map(({ initMs }) => initMs)),
		firstMs: figure(runs[name].map(({ firstMs }) => firstMs)),
		cpuMs: figure(runs[name].map(({ cpuMs }) => cpuMs)),
		cpuShare: share(cpu[name], cpu.plain),
		wallShare: share(wall[name], wall.plain),
		cpuShareOfGuarded: share(cpu[name], cpu.guarded),
	});
	return Object.fromEntries(
		started.map((name) => [name, figuresOf(name)]),
	) as Cold;
}

function isRight(name: Started, { answer }: ColdStart): void {
	const { statusCode, batchItemFailures } = JSON.parse(answer);
	if (name === "forward") assert.deepEqual(batchItemFailures, []);
	else assert.equal(statusCode, 200, `${name} answered ${answer}`);
}

function above(
	runs: Record<Started, readonly ColdStart[]>,
	read: (run: ColdStart) => number,
): Record<Started, number[]> {
	const empty = runs.empty.map(read);
	return Object.fromEntries(
		started.map((name) => [
			name,
			runs[name].map((run, round) => read(run) - (empty[round] ?? Number.NaN)),
		]),
	) as Record<Started, number[]>;
}
