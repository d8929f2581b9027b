import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ending, ours } from "../ending.ts";
import { type Deployed, lambdaEnvironment } from "./cold-start.ts";

export interface Job {
	events: readonly unknown[];
	atOnce: number;
}

export interface Outcome {
	/** each invocation's time */
	ms: number[];
	/** in the order of the events; a text where it threw */
	answers: unknown[];
	/** of the whole process, for all of them */
	cpuMs: number;
	wallMs: number;
}

/** A warm function in a process of its own. */
export interface Invoker extends AsyncDisposable {
	invoke(events: readonly unknown[], atOnce?: number): Promise<Outcome>;
	/** the bytes it has logged so far */
	logged(): number;
}

/** Its heap, where none is given, is as large as this machine's memory allows. */
export async function openInvoker(
	{ folder, environment }: Deployed,
	heapMb?: number,
): Promise<Invoker> {
	const flags = heapMb ? [`--max-old-space-size=${heapMb}`] : [];
	const child = ours(
		fork(join(import.meta.dirname, "invoker-process.ts"), [folder], {
			stdio: ["ignore", "pipe", "inherit", "ipc"],
			execArgv: ["--expose-gc", ...flags],
			env: {
				PATH: process.env.PATH,
				TZ: ":UTC",
				...lambdaEnvironment,
				...environment,
			},
		}),
	);
	let logged = 0;
	child.stdout?.on("data", (chunk: Buffer) => {
		logged += chunk.length;
	});
	const gone = new AbortController();
	child.once("exit", () => gone.abort(new Error("A function has ended.")));
	const answer = async () => {
		const { signal } = gone;
		const [message] = await once(child, "message", { signal });
		return message;
	};
	await answer();
	return {
		async invoke(events, atOnce = 1) {
			child.send({ events, atOnce } satisfies Job);
			return (await answer()) as Outcome;
		},
		logged: () => logged,
		[Symbol.asyncDispose]: () => ending(child),
	};
}
