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
	// written in what this file is written in: sources, or what was built of them
	const thread = `./fauxqs-thread.${import.meta.url.slice(-2)}`;
	const worker = new Worker(new URL(thread, import.meta.url), {
		workerData: { ...options, port },
		execArgv: [],
	});
	const ended = once(worker, "exit");
	await Promise.race([
		once(worker, "message").catch(explain),
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

function explain(error: NodeJS.ErrnoException): never {
	if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
	throw new Error(
		"SQS and S3 are emulated by fauxqs, which is not installed here: npm install --save-dev fauxqs@2.4.1",
	);
}
