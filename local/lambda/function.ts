import { randomUUID } from "node:crypto";
import type { FunctionError } from "./environment.ts";
import type { FunctionOptions, Invoked } from "./invoked.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";

/** A Lambda function: one invocation at a time in each of its environments, which come and go with demand. */
export interface LocalFunction extends AsyncDisposable {
	name: string;
	arn: string;
	environment: Readonly<Record<string, string>>;
	invoke(event: unknown): Promise<Invoked>;
}

// what Lambda takes and gives at most, in bytes
const payloadLimit = 6_291_556;
const idleSeconds = 60;
// a queue shorter than this is worked off sooner than a new environment starts
const patienceMs = 40;

interface Waiting {
	requestId: string;
	event: string;
	done: (invoked: Invoked) => void;
}

export function openFunction(options: FunctionOptions): LocalFunction {
	const { name, arn, concurrency = 4 } = options;
	const idle: Sandbox[] = [];
	const all = new Map<Sandbox, NodeJS.Timeout | undefined>();
	const waiting: Waiting[] = [];
	let starting = 0;
	let impatience: NodeJS.Timeout | undefined;
	let closed = false;

	function work(): void {
		while (waiting.length > 0) {
			const sandbox = idle.pop();
			if (!sandbox) break;
			if (!sandbox.usable) {
				all.delete(sandbox);
				continue;
			}
			const next = waiting.shift();
			if (next) void serve(sandbox, next);
		}
		if (waiting.length === 0 || closed) return;
		if (all.size === 0) grow();
		else
			impatience ??= setTimeout(() => {
				impatience = undefined;
				if (waiting.length > 0 && starting === 0) grow();
				work();
			}, patienceMs);
	}

	function grow(): void {
		if (all.size >= concurrency) return;
		const sandbox = openSandbox(options);
		all.set(sandbox, undefined);
		starting += 1;
		sandbox.ready.then((failure) => {
			starting -= 1;
			if (failure) {
				all.delete(sandbox);
				void sandbox[Symbol.asyncDispose]();
				waiting.shift()?.done({ error: failure });
			} else idle.push(sandbox);
			work();
		});
	}

	async function serve(sandbox: Sandbox, { requestId, event, done }: Waiting) {
		clearTimeout(all.get(sandbox));
		const invoked = await sandbox.invoke(requestId, event);
		if (sandbox.usable) {
			idle.push(sandbox);
			const end = () => retire(sandbox);
			all.set(sandbox, setTimeout(end, idleSeconds * 1000).unref());
		} else all.delete(sandbox);
		done(limited(invoked));
		work();
	}

	function retire(sandbox: Sandbox): void {
		const index = idle.indexOf(sandbox);
		if (index < 0) return;
		idle.splice(index, 1);
		all.delete(sandbox);
		void sandbox[Symbol.asyncDispose]();
	}

	return {
		name,
		arn,
		environment: options.environment,
		invoke(input) {
			const event = JSON.stringify(input) ?? "null";
			if (Buffer.byteLength(event) > payloadLimit)
				return Promise.resolve({ error: tooLarge("Request") });
			if (closed) return Promise.resolve({ error: gone });
			return new Promise((done) => {
				waiting.push({ requestId: randomUUID(), event, done });
				work();
			});
		},
		async [Symbol.asyncDispose]() {
			closed = true;
			clearTimeout(impatience);
			for (const { done } of waiting.splice(0)) done({ error: gone });
			for (const timer of all.values()) clearTimeout(timer);
			await Promise.all(
				[...all.keys()].map((sandbox) => sandbox[Symbol.asyncDispose]()),
			);
		},
	};
}

const gone: FunctionError = {
	errorType: "ServiceUnavailable",
	errorMessage: "The local cloud is stopping.",
};

export const requestTooLarge = "RequestTooLargeException";

function tooLarge(what: "Request" | "Response"): FunctionError {
	return {
		errorType:
			what === "Request" ? requestTooLarge : "Function.ResponseSizeTooLarge",
		errorMessage: `${what} payload size exceeded the maximum of ${payloadLimit} bytes.`,
	};
}

function limited(invoked: Invoked): Invoked {
	if ("error" in invoked || Buffer.byteLength(invoked.payload) <= payloadLimit)
		return invoked;
	return { error: tooLarge("Response") };
}
