import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
	type LocalFunction,
	openFunction,
} from "../../local/lambda/function.ts";
import type { FunctionOptions } from "../../local/lambda/invoked.ts";
import { temporaryFolder } from "../support/local-app.ts";

const opened: (AsyncDisposable | Disposable)[] = [];

afterEach(async () => {
	for (const one of opened.splice(0).reverse())
		if (Symbol.asyncDispose in one) await one[Symbol.asyncDispose]();
		else one[Symbol.dispose]();
});

function functionOf(
	source: string,
	options: Partial<FunctionOptions> = {},
): LocalFunction {
	const folder = temporaryFolder();
	mkdirSync(folder.path, { recursive: true });
	writeFileSync(join(folder.path, "index.js"), source);
	const fn = openFunction({
		name: "fn",
		arn: "arn:aws:lambda:us-east-1:000000000000:function:fn",
		folder: folder.path,
		handler: "index.handler",
		timeoutSeconds: 60,
		memoryMb: 128,
		environment: {},
		...options,
	});
	opened.push(folder, fn);
	return fn;
}

async function payloadOf(fn: LocalFunction, event: unknown): Promise<unknown> {
	const invoked = await fn.invoke(event);
	if ("payload" in invoked) return JSON.parse(invoked.payload);
	throw new Error(invoked.error.errorMessage);
}

test("a function sees its own variables and nothing of ours", async () => {
	process.env.BILLHOOK_TEST_ONLY = "ours";
	const fn = functionOf("exports.handler = async () => ({ ...process.env });", {
		environment: { BILLHOOK_STAGE: "local" },
	});
	expect(await payloadOf(fn, {})).toMatchObject({
		BILLHOOK_STAGE: "local",
		AWS_LAMBDA_FUNCTION_NAME: "fn",
		AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
		_HANDLER: "index.handler",
	});
	expect(await payloadOf(fn, {})).not.toHaveProperty("BILLHOOK_TEST_ONLY");
});

test("an invocation knows its request, its function and the time it has left", async () => {
	const fn = functionOf(`exports.handler = async (event, context) =>
		({ event, id: context.awsRequestId, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() });`);
	const [one, other] = [await payloadOf(fn, { a: 1 }), await payloadOf(fn, 2)];
	expect(one).toMatchObject({
		event: { a: 1 },
		id: expect.stringMatching(/^[0-9a-f-]{36}$/),
		arn: "arn:aws:lambda:us-east-1:000000000000:function:fn",
	});
	expect((one as { left: number }).left).toBeGreaterThan(30_000);
	expect((one as { left: number }).left).toBeLessThanOrEqual(60_000);
	expect((other as { id: string }).id).not.toBe((one as { id: string }).id);
});

test("an environment keeps its globals from one invocation to the next", async () => {
	const fn = functionOf(
		"let count = 0; exports.handler = async () => ++count;",
	);
	expect(await payloadOf(fn, {})).toBe(1);
	expect(await payloadOf(fn, {})).toBe(2);
});

test("an environment handles one invocation at a time; demand brings more of them, up to the limit", async () => {
	// nobody is done before three environments have begun
	const source = `
		const { randomUUID } = require("node:crypto");
		const { mkdirSync, readdirSync } = require("node:fs");
		const begun = process.env.LAMBDA_TASK_ROOT + "/begun/";
		const environment = randomUUID();
		let running = 0;
		exports.handler = async () => {
			const together = ++running;
			mkdirSync(begun + environment, { recursive: true });
			while (readdirSync(begun).length < 3)
				await new Promise((resolve) => setTimeout(resolve, 10));
			running -= 1;
			return { environment, together };
		};`;
	const fn = functionOf(source, { concurrency: 3 });
	const answers = (await Promise.all(
		Array.from({ length: 30 }, () => payloadOf(fn, {})),
	)) as { environment: string; together: number }[];
	expect(answers.every(({ together }) => together === 1)).toBe(true);
	const environments = new Set(answers.map(({ environment }) => environment));
	expect(environments.size).toBe(3);
});

test("a handler's error is the invocation's, and the environment lives on", async () => {
	const fn = functionOf(`let count = 0;
		exports.handler = async () => { count += 1; if (count === 1) throw new TypeError("no"); return count; };`);
	expect(await fn.invoke({})).toMatchObject({
		error: { errorType: "TypeError", errorMessage: "no" },
	});
	expect(await payloadOf(fn, {})).toBe(2);
});

test.each([
	["ends its process", "process.exit(3)"],
	["leaves a rejection unhandled", 'Promise.reject(new Error("lost"))'],
	[
		"throws beside its handler",
		'setImmediate(() => { throw new Error("beside") })',
	],
	[
		"takes more memory than it has",
		"const all = []; while (all.length < 200) all.push(new Array(100000).fill({ a: 1 })); return",
	],
])(
	"a function that %s fails that invocation and starts anew",
	async (_, crash) => {
		const fn = functionOf(
			`exports.handler = async (event) => { if (event.crash) { ${crash}; await new Promise(() => {}); } return "alive"; };`,
			{ memoryMb: 32 },
		);
		expect(await fn.invoke({ crash: true })).toHaveProperty("error");
		expect(await payloadOf(fn, {})).toBe("alive");
	},
);

test("a crash between two invocations costs nobody an answer", async () => {
	const fn = functionOf(
		"exports.handler = async () => { setTimeout(() => process.exit(1), 20); return 1; };",
	);
	const crashed = Promise.withResolvers<void>();
	process.once("worker", (environment) =>
		environment.once("exit", () => crashed.resolve()),
	);
	expect(await payloadOf(fn, {})).toBe(1);
	await crashed.promise;
	expect(await payloadOf(fn, {})).toBe(1);
});

test("a function that outlasts its timeout is stopped, even in a loop of its own", async () => {
	const fn = functionOf(
		'exports.handler = async (event) => { if (event.slow) for (;;); return "alive"; };',
		{ timeoutSeconds: 2 },
	);
	expect(await fn.invoke({ slow: true })).toMatchObject({
		error: {
			errorType: "Sandbox.Timedout",
			errorMessage: expect.stringContaining(
				"Task timed out after 2.00 seconds",
			),
		},
	});
	expect(await payloadOf(fn, {})).toBe("alive");
});

test.each([
	["cannot be loaded", 'throw new Error("broken bundle")', "broken bundle"],
	["exports no handler", "exports.other = 1", "index.handler"],
])(
	"a function that %s says so at each invocation",
	async (_, source, message) => {
		const fn = functionOf(source);
		for (const _ of [1, 2])
			expect(await fn.invoke({})).toMatchObject({
				error: { errorMessage: expect.stringContaining(message) },
			});
	},
);

test("payloads end at six megabytes, both ways", async () => {
	const fn = functionOf(
		'exports.handler = async ({ length }) => "x".repeat(length ?? 0);',
	);
	expect(await fn.invoke("x".repeat(6_291_557))).toMatchObject({
		error: { errorType: "RequestTooLargeException" },
	});
	expect(await fn.invoke({ length: 6_291_557 })).toMatchObject({
		error: { errorType: "Function.ResponseSizeTooLarge" },
	});
	expect(await fn.invoke({ length: 6_000_000 })).toHaveProperty("payload");
});

test("hands each line that it writes on", async () => {
	const lines: string[] = [];
	const both = Promise.withResolvers<void>();
	const fn = functionOf(
		'exports.handler = async () => { console.log("one"); console.error("two"); };',
		{
			onLine(line) {
				lines.push(line);
				if (lines.length === 2) both.resolve();
			},
		},
	);
	await fn.invoke({});
	await both.promise;
	expect(lines.sort()).toEqual(["one", "two"]);
});

test("an end answers whoever waits", async () => {
	const begun = Promise.withResolvers<void>();
	const fn = functionOf(
		'exports.handler = () => { console.log("begun"); return new Promise(() => {}); };',
		{ concurrency: 1, onLine: () => begun.resolve() },
	);
	const [running, waiting] = [fn.invoke(1), fn.invoke(2)];
	await begun.promise;
	await fn[Symbol.asyncDispose]();
	expect(await running).toHaveProperty("error");
	expect(await waiting).toHaveProperty("error");
});
