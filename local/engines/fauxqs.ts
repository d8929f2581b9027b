import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { freePort } from "./port.ts";

/** SQS and S3 on one port of the loopback; disposing it ends them. */
export interface Fauxqs extends AsyncDisposable {
	endpoint: string;
}

export interface FauxqsOptions {
	/** keeps the queues' messages and the buckets' objects */
	folder: string;
	/** the port to take if it is free; any other if it is not */
	port?: number;
}

/** Runs it in a thread of its own: it commits each message before it answers, and would hold up every request meanwhile. */
export async function openFauxqs(options: FauxqsOptions): Promise<Fauxqs> {
	const port = await freePort(options.port);
	const worker = new Worker(new URL("./fauxqs-thread.ts", import.meta.url), {
		workerData: { ...options, port },
		execArgv: [],
	});
	const ended = once(worker, "exit");
	await Promise.race([
		once(worker, "message"),
		ended.then(() => {
			throw new Error("The SQS and S3 engine ended before it was ready.");
		}),
	]);
	return {
		endpoint: `http://127.0.0.1:${port}`,
		async [Symbol.asyncDispose]() {
			worker.postMessage("stop");
			await ended;
		},
	};
}
