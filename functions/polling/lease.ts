import { randomUUID } from "node:crypto";
import type { Memory } from "../asking/memory.ts";

interface KeptLease {
	holder: string;
	/** epoch ms */
	until: number;
	/** how many runs have held it */
	runs: number;
}

export interface Lease {
	/** this run's number */
	run: number;
	release(): Promise<void>;
}

const name = "lease";

/** Lets one run work at a time; a run that died holds it until `until`. */
export async function takeLease(
	memory: Memory,
	{ now, until }: { now: Date; until: Date },
): Promise<Lease | { heldUntil: Date }> {
	const kept = await memory.read<KeptLease>(name);
	const before = kept?.value;
	if (before && before.until > now.getTime())
		return { heldUntil: new Date(before.until) };
	const run = (before?.runs ?? 0) + 1;
	const mine = { holder: randomUUID(), until: until.getTime(), runs: run };
	const version = kept?.version ?? 0;
	if (!(await memory.replace(name, mine, version))) return { heldUntil: until };
	return {
		run,
		async release() {
			await memory.replace(name, { ...mine, until: 0 }, version + 1);
		},
	};
}
