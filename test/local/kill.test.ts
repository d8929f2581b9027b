import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Addresses } from "../../local/addresses.ts";
import { engines } from "../support/cloud.ts";
import { drain } from "../support/drain.ts";
import { temporaryFolder, writeAssembly } from "../support/local-app.ts";
import { tinyApp } from "../support/local-inbox.ts";

const script = join(import.meta.dirname, "../support/local-process.ts");
const running = new Set<ChildProcess>();
afterEach(() => {
	for (const child of running) child.kill("SIGKILL");
});

async function start(data: string, assembly: string, engine: string) {
	const child = spawn(process.execPath, [script, data, assembly], {
		env: { ...process.env, BILLHOOK_DYNAMODB: engine },
		stdio: ["ignore", "pipe", "inherit"],
	});
	running.add(child);
	const ended = once(child, "exit").finally(() => running.delete(child));
	await Promise.race([
		once(child.stdout, "data"),
		ended.then(() => {
			throw new Error("It ended before it was ready.");
		}),
	]);
	const addresses: Addresses = JSON.parse(
		readFileSync(join(data, "local.json"), "utf8"),
	);
	const own = addresses.providers.tiny;
	if (!own) throw new Error("The tiny provider is not in local.json.");
	return {
		own,
		queue: { endpoint: addresses.endpoints.sqs, QueueUrl: own.queueUrl },
		async kill() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}

/** Posts eight at once, and kills when so many were acknowledged; answers which. */
async function postAndKill(
	cloud: Awaited<ReturnType<typeof start>>,
	name: string,
	count: number,
): Promise<string[]> {
	const acknowledged: string[] = [];
	let next = 0;
	let killed = false;
	async function post(): Promise<void> {
		while (!killed) {
			const body = `${name}-${next++}`;
			const response = await fetch(cloud.own.webhook, {
				method: "POST",
				headers: { "content-type": "text/plain" },
				body,
			}).catch((error: Error) => error);
			if (response instanceof Error) {
				if (killed) return;
				throw response;
			}
			expect(response.status).toBe(200);
			acknowledged.push(body);
			if (killed || acknowledged.length < count) continue;
			killed = true;
			await cloud.kill();
		}
	}
	await Promise.all(Array.from({ length: 8 }, post));
	return acknowledged;
}

// DynamoDB Local takes long to start
const rounds = { dynoxide: ["a", "b", "c"], java: ["a"], docker: ["a"] };

test.each(engines)(
	"on %s nothing that was acknowledged is lost or comes twice, however often all is killed under load",
	async (engine) => {
		using folder = temporaryFolder();
		const data = join(folder.path, "data");
		const assembly = writeAssembly(folder.path, tinyApp());
		const acknowledged: string[] = [];
		for (const round of rounds[engine]) {
			const cloud = await start(data, assembly, engine);
			acknowledged.push(...(await postAndKill(cloud, round, 40)));
		}
		const cloud = await start(data, assembly, engine);
		const told = await drain(cloud.queue, acknowledged);
		await cloud.kill();
		expect(told.length).toBe(new Set(told).size);
		expect(acknowledged.filter((body) => !told.includes(body))).toEqual([]);
	},
	240_000,
);
