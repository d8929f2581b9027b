import { createRequire } from "node:module";
import { join } from "node:path";
import { ownCpu } from "../figures/cpu.ts";
import type { Job, Outcome } from "./invoker.ts";

// a function's environment that stays: told to, it takes events one after another, or several at once

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const path = join(process.argv[2] ?? "", "index.js");
const { handler } = createRequire(path)(path) as { handler: Handler };

const context = {
	awsRequestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
	functionName: "bench",
	functionVersion: "$LATEST",
	invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
	memoryLimitInMB: "1024",
	logGroupName: "/aws/lambda/bench",
	logStreamName: "bench",
	callbackWaitsForEmptyEventLoop: true,
	getRemainingTimeInMillis: () => 60_000,
};

process.on("message", async (job: Job) => {
	process.send?.(await work(job));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function work({ events, atOnce }: Job): Promise<Outcome> {
	const outcome: Outcome = { ms: [], answers: [], cpuMs: 0, wallMs: 0 };
	const waiting = events.entries();
	globalThis.gc?.();
	const cpu = ownCpu();
	const startedAt = performance.now();
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (const [index, event] of waiting) {
				const begun = performance.now();
				const answer = await handler(event, context).catch(String);
				outcome.ms.push(performance.now() - begun);
				outcome.answers[index] = answer;
			}
		}),
	);
	outcome.wallMs = performance.now() - startedAt;
	outcome.cpuMs = (ownCpu() - cpu) / 1000;
	return outcome;
}
