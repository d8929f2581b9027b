import type { ServerResponse } from "node:http";
import type { Asked, SimulatedAnswer } from "./asked.ts";

/** One way in which an API can misbehave. */
export type Misbehaviour =
	| {
			kind: "status";
			status: number;
			/** "retry-after", "ratelimit-remaining" … */
			headers?: Readonly<Record<string, string>>;
			body?: unknown;
	  }
	/** takes the request and never answers */
	| { kind: "hang" }
	/** closes the connection before doing anything */
	| { kind: "cut" }
	/** does what was asked and closes the connection before saying so */
	| { kind: "lost" }
	/** the genuine answer, cut in half */
	| { kind: "malformed" }
	/** JSON that nobody documented */
	| { kind: "shape"; body?: unknown }
	/** a genuine status with a body of this many bytes */
	| { kind: "oversized"; bytes: number }
	| { kind: "redirect"; location: string };

export type Fault = Misbehaviour & {
	/** what the request's path must contain; absent, any request will do */
	path?: string;
	/** how many such requests are served first; 0 unless told */
	after?: number;
	/** 1 unless told; Infinity until cleared */
	times?: number;
};

export interface Faults {
	add(fault: Fault): void;
	clear(): void;
	/** those still to come */
	readonly waiting: readonly Fault[];
}

export interface TakenFaults extends Faults {
	/** The first fault that is waiting for such a request, one time fewer. */
	take(asked: Asked): Fault | undefined;
}

export function openFaults(): TakenFaults {
	const waiting: Fault[] = [];
	return {
		waiting,
		add(fault) {
			waiting.push(fault);
		},
		clear() {
			waiting.length = 0;
		},
		take({ path: asked }) {
			for (const [index, fault] of waiting.entries()) {
				const { path = "", after = 0, times = 1 } = fault;
				if (!asked.includes(path)) continue;
				if (after > 0) waiting[index] = { ...fault, after: after - 1 };
				else if (times > 1) waiting[index] = { ...fault, times: times - 1 };
				else waiting.splice(index, 1);
				if (after === 0) return fault;
			}
			return undefined;
		},
	};
}

/** Answers as the fault says, or not at all; returns what was written. */
export async function misbehave(
	fault: Fault,
	response: ServerResponse,
	answer: () => Promise<SimulatedAnswer>,
): Promise<SimulatedAnswer | undefined> {
	switch (fault.kind) {
		case "hang":
			return undefined;
		case "cut":
			response.destroy();
			return undefined;
		case "lost":
			await answer();
			response.destroy();
			return undefined;
		case "malformed": {
			const { body, ...rest } = await answer();
			const text = JSON.stringify(body) ?? "{}";
			return { ...rest, body: text.slice(0, text.length / 2) };
		}
		case "status":
			return {
				status: fault.status,
				headers: fault.headers,
				body: fault.body ?? { message: `simulated ${fault.status}` },
			};
		case "shape":
			return { body: fault.body ?? { nobody: ["documented", "this"] } };
		case "oversized":
			return { body: `"${"x".repeat(fault.bytes - 2)}"` };
		case "redirect":
			return { status: 302, headers: { location: fault.location } };
	}
}
