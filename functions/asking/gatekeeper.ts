import type { Budget } from "./budget.ts";
import {
	type Gate,
	open,
	pass,
	type Reason,
	type Reply,
	settle,
} from "./gate.ts";
import type { Kept, Memory } from "./memory.ts";

/** Lets requests through a gate that all runs share. */
export interface Gatekeeper {
	/** undefined: one request may be sent, and has been counted durably */
	enter(): Promise<{ until: Date; reason: Reason } | undefined>;
	/** what became of it; whether the breaker has opened on it */
	leave(outcome: Reply): Promise<{ gate: Gate; opens: boolean }>;
}

export interface GatekeeperOptions {
	memory: Memory;
	budget: Budget;
	now: () => Date;
	random: () => number;
}

const attempts = 20;

export function openGatekeeper({
	memory,
	budget,
	now,
	random,
}: GatekeeperOptions): Gatekeeper {
	let kept: Kept<Gate> | undefined;
	let turn: Promise<unknown> = Promise.resolve();

	async function replace<Result extends { gate?: Gate }>(
		change: (gate: Gate) => Result,
	): Promise<Result> {
		for (let attempt = 0; attempt < attempts; attempt++) {
			kept ??= await memory.read<Gate>("gate");
			const { value = open, version = 0 } = kept ?? {};
			const result = change(value);
			if (!result.gate || same(result.gate, value)) return result;
			if (await memory.replace("gate", result.gate, version)) {
				kept = { value: result.gate, version: version + 1 };
				return result;
			}
			kept = undefined;
		}
		throw new Error("The gate was replaced by others too many times.");
	}

	function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
		const result = turn.then(act);
		turn = result.catch(() => {});
		return result;
	}

	return {
		enter: () =>
			inTurn(async () => {
				const passed = await replace<
					{ gate: Gate } | { gate?: undefined; until: Date; reason: Reason }
				>((gate) => pass(gate, budget, now()));
				return passed.gate ? undefined : passed;
			}),
		leave: (outcome) =>
			inTurn(() => replace((gate) => settle(gate, outcome, now(), random()))),
	};
}

function same(one: Gate, other: Gate): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
